//! From a field's name to an invented fact. What has no recipe here gets a value by its type, so that a word that is new in
//! a vocabulary has figures at once.

use crate::registry::day::Day;
use crate::registry::enterprise::{Enterprise, WAN, YearFigures};
use crate::registry::random::Random;
use crate::registry::vocabulary::{Field, Kind, Subject};
use crate::registry::world::{World, is_outside_park, project_year};

/// The day to which the registry says it is complete.
const COMPLETE_TO: Day = Day::new(2025, 12, 31);
/// The last day on which anything happens in it: a few rows are entered early.
const LAST: Day = Day::new(2026, 3, 31);

/// One row in the making: the cells so far, in the order of the subject's fields.
pub struct Draft<'w> {
    pub world: &'w World,
    pub subject: &'w Subject,
    /// The row's number in its table, from 1.
    pub number: usize,
    pub cells: Vec<String>,
}

impl<'w> Draft<'w> {
    /// Draws the cells of a row that do not belong to a year; a yearly field has an empty one.
    pub fn main_row(world: &'w World, subject: &'w Subject, number: usize) -> Vec<String> {
        let mut draft = Self {
            world,
            subject,
            number,
            cells: Vec::new(),
        };
        for field in &subject.fields {
            let whose = matches!(field.kind, Kind::Reference(_) | Kind::Text);
            let number = if whose { draft.repeated() } else { number };
            let mut random = Random::new(world.seed, &format!("{}.{}", subject.name, field.name), number);
            let cell = if field.yearly {
                String::new()
            } else {
                draft.cell(field, &mut random)
            };
            draft.cells.push(cell);
        }
        draft.cells
    }

    fn cell(&self, field: &Field, random: &mut Random) -> String {
        if self.subject.key.first() == Some(&field.name) {
            return self.world.key(&self.subject.name, self.number);
        }
        let own = match self
            .world
            .enterprises
            .get(self.number - 1)
            .filter(|_| self.subject.name == "企业")
        {
            Some(enterprise) => self.of_enterprise(enterprise, field, random),
            None => self.of_others(field, random),
        };
        own.filter(|cell| fits(field, cell))
            .unwrap_or_else(|| self.by_type(field, random))
    }

    fn of_enterprise(&self, enterprise: &Enterprise, field: &Field, random: &mut Random) -> Option<String> {
        let trade = enterprise.trade;
        let words = match field.name.as_str() {
            "名称" => enterprise.name.clone(),
            "地区" => enterprise.territory.to_owned(),
            "成立日" => enterprise.founded.to_string(),
            "行业代码" => trade.code.to_owned(),
            "行业组" => trade.group.to_owned(),
            "园区" => enterprise
                .park
                .map_or("无".to_owned(), |park| self.home_park(park)),
            // A ruling is made for some firms; for the others the code must do, and where it is open nobody has ruled.
            "认定赛道" if trade.track.is_empty() && !trade.cluster.is_empty() && random.chance(1, 3) => {
                random
                    .pick(&["创新药", "高端医疗器械及诊断试剂", "合成生物"])
                    .map_or("", |track| *track)
                    .to_owned()
            }
            "认定赛道" => {
                if random.chance(1, 3) {
                    trade.track.to_owned()
                } else {
                    String::new()
                }
            }
            "集群名称" => {
                if trade.cluster.is_empty() {
                    "无".to_owned()
                } else {
                    trade.cluster.to_owned()
                }
            }
            "战新产业" => yes(trade.research > 30 && random.chance(3, 4)),
            "专精特新" => yes(trade.group == "工业" && random.chance(1, 5)),
            "领飞梯队" => match random.below(40) {
                0 => "头雁企业".to_owned(),
                1 | 2 => "雨燕企业".to_owned(),
                _ => "未入梯队".to_owned(),
            },
            "已获土地配置" => yes(trade.group == "工业" && random.chance(1, 4)),
            "创新评价得分" => random.between(48, 95).to_string(),
            _ => return None,
        };
        // A blank track means that nobody has ruled.
        Some(words)
    }

    fn of_others(&self, field: &Field, random: &mut Random) -> Option<String> {
        let world = self.world;
        let words = match (self.subject.name.as_str(), field.name.as_str()) {
            ("园区", "名称") => world.setting.parks.get(self.number - 1).map_or_else(
                || format!("示例园区{:02}", self.number),
                |name| (*name).to_owned(),
            ),
            ("园区", "地区") => world.park_territory(self.number).to_owned(),
            ("评价单元", "企业") => world.key("企业", self.number),
            ("评价单元", "投产日") => world.enterprises.get(self.number - 1)?.founded.to_string(),
            ("项目", "名称") => format!(
                "示例{}项目{:04}",
                self.turned("项目类型").unwrap_or("建设"),
                self.number
            ),
            ("项目", "立项日") => Day::new(project_year(self.number), 1, 1)
                .plus(random.below(365))
                .to_string(),
            ("取证", "品种") => format!("示例品种{:03}", self.repeated()),
            ("星级认定", "园区") => {
                let parks = world.size("园区");
                let wanted = random.chance(1, 2);
                let list: Vec<usize> = (1..=parks)
                    .filter(|park| is_outside_park(*park) == wanted)
                    .collect();
                world.key("园区", random.pick(&list).copied().unwrap_or(1))
            }
            (_, "星级") => (1 + self.number % 5).to_string(),
            (_, "级别") => self.level(random).to_owned(),
            ("认定", "认定方式") => self.way().to_owned(),
            (_, "下达文件收到日") => self.day("公布日")?.plus(random.between(20, 60)).to_string(),
            (_, "退出目录日") => self.day("公布日")?.plus(1094).to_string(),
            (_, "交付日") => self.delivery(random)?.to_string(),
            (_, "到账日") if field.pending && random.chance(1, 4) => String::new(),
            // Nobody knows on the registry's last day what arrives after it.
            (_, "到账日") if field.pending => Some(self.date(random))
                .filter(|day| *day <= COMPLETE_TO)
                .map_or_else(String::new, |day| day.to_string()),
            _ => return None,
        };
        Some(words)
    }

    /// One row in eight of 取证 repeats the firm, product and kind of the row before it: a right that exists once only.
    fn repeated(&self) -> usize {
        if self.subject.name == "取证" && self.number.is_multiple_of(8) {
            self.number - 1
        } else {
            self.number
        }
    }

    fn home_park(&self, park: usize) -> String {
        let number = park + 1;
        self.world.key(
            "园区",
            if is_outside_park(number) {
                number - 1
            } else {
                number
            },
        )
    }

    /// The word of an enumeration that is this row's turn: all pairs of words of a table occur, one after another.
    fn turned(&self, name: &str) -> Option<&'w str> {
        let mut below = 1;
        for field in &self.subject.fields {
            let Kind::Enumeration(words) = &field.kind else {
                continue;
            };
            if field.name == name {
                return words
                    .get((self.repeated() - 1) / below % words.len())
                    .map(String::as_str);
            }
            // The level follows from the title, so it takes no turn.
            below *= if field.name == "级别" { 1 } else { words.len() };
        }
        None
    }

    /// How many rows come before the turns of all enumerations begin again.
    fn turns(&self) -> usize {
        let lengths = self.subject.fields.iter().map(|field| match &field.kind {
            Kind::Enumeration(words) if field.name != "级别" => words.len(),
            _ => 1,
        });
        lengths.product()
    }

    fn level(&self, random: &mut Random) -> &'static str {
        let any = ["国家", "省", "市", "区"];
        match self.turned("称号").unwrap_or("") {
            "高新技术企业" | "专精特新小巨人" => "国家",
            "省隐形冠军" | "专精特新中小企业" | "科技型中小企业" | "科技领军企业" => {
                "省"
            }
            "清洁生产审核" | "电平衡水平衡" => "区",
            "绿色工厂" | "工业节能装备目录" => any[usize::from(random.chance(1, 2))],
            "" => any[usize::from(random.chance(1, 2)) + 2 * usize::from(random.chance(1, 4))],
            _ => "市",
        }
    }

    fn way(&self) -> &'w str {
        match self.turned("认定方式").unwrap_or("") {
            "新引进" if !matches!(self.turned("称号"), Some("研发总部" | "科技型中小企业")) => {
                "首次认定"
            }
            way => way,
        }
    }

    fn day(&self, field: &str) -> Option<Day> {
        let column = self.subject.fields.iter().position(|known| known.name == field)?;
        Day::parse(self.cells.get(column)?)
    }

    /// Mostly while the equipment is listed; now and then on its last day, and the day after.
    fn delivery(&self, random: &mut Random) -> Option<Day> {
        let (column, table) =
            self.subject
                .fields
                .iter()
                .enumerate()
                .find_map(|(column, field)| match &field.kind {
                    Kind::Reference(table) if table != "企业" => Some((column, table)),
                    _ => None,
                })?;
        let listed = self.world.day(table, self.cells.get(column)?, "公布日")?;
        let ends = listed.plus(1094);
        let day = match random.below(12) {
            0 => ends,
            1 => ends.plus(1),
            2 => listed,
            _ => listed.plus(random.below(900)),
        };
        Some(if day > LAST {
            listed.plus(random.below(60))
        } else {
            day
        })
    }

    fn by_type(&self, field: &Field, random: &mut Random) -> String {
        match &field.kind {
            Kind::Money => in_wan(self.money(field, random)),
            Kind::Area => format!("{}.{:02}", random.between(3, 300), random.below(100)),
            Kind::Rate | Kind::Points => random.between(1, 30).to_string(),
            Kind::Plain => random.between(1, 5).to_string(),
            Kind::Boolean => yes(random.below(100) < probability(&field.name)),
            Kind::Date => self.date(random).to_string(),
            Kind::Year => (2022 + self.number % 4).to_string(),
            Kind::Text => format!("示例{}{:04}", field.name, self.number),
            Kind::Territory => self.world.setting.home.to_owned(),
            Kind::Code(_) => format!("999999{:06}", self.number),
            Kind::Enumeration(_) => self.turned(&field.name).unwrap_or("").to_owned(),
            Kind::Reference(subject) if subject == "企业" => {
                self.world.enterprise(random, self.near()).to_owned()
            }
            Kind::Reference(_) if field.optional && random.chance(1, 4) => "无".to_owned(),
            Kind::Reference(subject) => {
                let number = random.below(u64::try_from(self.world.size(subject)).unwrap_or(1));
                self.world.key(subject, 1 + usize::try_from(number).unwrap_or(0))
            }
            Kind::Measure(_) => count(field, random).to_string(),
        }
    }

    /// Whose policies a row is meant for: without this, documents of other territories would hardly meet a firm.
    fn near(&self) -> Option<&'static str> {
        match (
            self.subject.name.as_str(),
            self.turned("称号").or(self.turned("项目类型")).unwrap_or(""),
        ) {
            (
                "认定",
                "绿色工厂"
                | "工业节能装备目录"
                | "省绿色企业"
                | "节水型企业"
                | "清洁生产审核"
                | "电平衡水平衡",
            ) => Some("临安"),
            ("认定", "专精特新小巨人" | "专精特新中小企业") if self.number.is_multiple_of(4) => {
                Some("余杭")
            }
            ("人员", _) if self.number.is_multiple_of(3) || self.turned("人才类别") == Some("5050计划") => {
                Some("滨江")
            }
            ("项目", "工业投资") | ("人员", _) => Some("余杭"),
            ("项目", "生命健康研发") => Some("滨江"),
            _ => None,
        }
    }

    /// The first day of a row takes its turn among the years; each further one follows the one before it.
    fn date(&self, random: &mut Random) -> Day {
        const YEARS: [i64; 10] = [2025, 2024, 2025, 2026, 2023, 2025, 2024, 2022, 2025, 2026];
        /// The days on which a text of the packs begins, or the day before.
        const EDGES: [(i64, i64, i64); 7] = [
            (2024, 12, 30),
            (2024, 12, 31),
            (2025, 1, 1),
            (2024, 10, 15),
            (2025, 12, 27),
            (2025, 12, 28),
            (2025, 12, 31),
        ];
        let earlier = self.cells.iter().rev().find_map(|cell| Day::parse(cell));
        if let Some(earlier) = earlier {
            let later = earlier.plus(random.between(15, 150));
            return if later > LAST {
                earlier.plus(random.between(1, 10))
            } else {
                later
            };
        }
        if random.chance(3, 100) {
            return random
                .pick(&EDGES)
                .map_or(Day::new(2025, 1, 1), |(year, month, day)| {
                    Day::new(*year, *month, *day)
                });
        }
        let year = YEARS[(self.number - 1) / self.turns() % YEARS.len()];
        Day::new(year, 1, 1).plus(random.below(if year == 2026 { 90 } else { 365 }))
    }

    /// In fen. About one amount in thirty lies on a threshold of the packs, or just below it.
    fn money(&self, field: &Field, random: &mut Random) -> u64 {
        let of = |name: &str| {
            let column = self.subject.fields.iter().position(|known| known.name == name);
            column.and_then(|column| from_wan(self.cells.get(column)?))
        };
        if let ("设备投资", Some(total)) = (field.name.as_str(), of("总投资")) {
            return total / 100 * random.between(30, 75);
        }
        let (mut median, edges) = scale(&field.name);
        if self.turned("项目类型") == Some("数字化车间") {
            median = median.min(700);
        }
        match random.pick(edges).filter(|_| random.chance(1, 25)) {
            Some(edge) => edge * WAN - if random.chance(1, 3) { 100 } else { 0 },
            None => {
                let amount = random.log_normal(median * WAN, 10);
                // Half of all amounts are planned or granted in whole 万元.
                if random.chance(1, 2) && amount > 10 * WAN {
                    amount / WAN * WAN
                } else {
                    amount
                }
            }
        }
    }
}

/// The middle of an amount and the thresholds that clauses set to it, in 万元.
fn scale(field: &str) -> (u64, &'static [u64]) {
    match field {
        "总投资" => (2000, &[1000, 500, 5000]),
        "近三年投入" => (900, &[800, 500]),
        "研发投入" => (350, &[300]),
        "下达额" => (300, &[2000, 400, 100]),
        "金额" => (60, &[40, 80, 120]),
        "到位资金" => (30_000, &[200_000]),
        "总价" => (1300, &[1000]),
        "服务收入" => (1100, &[1000]),
        "市级补助" => (20, &[20]),
        "软硬件投资" => (250, &[300]),
        "园区产值" => (80_000, &[100_000]),
        _ => (300, &[]),
    }
}

/// Of a hundred rows, how many say 是.
fn probability(field: &str) -> u64 {
    match field {
        "重点领域" | "在杭产业化" | "前三套或首批次" => 78,
        "零部件类" => 25,
        "享受保险补偿" | "关联企业持有" => 10,
        _ => 50,
    }
}

fn count(field: &Field, random: &mut Random) -> u64 {
    match field.name.as_str() {
        name if name.ends_with("得分") => random.between(55, 99),
        "服务企业数" if random.chance(1, 10) => random.between(49, 50),
        _ => random.between(5, 120),
    }
}

/// The cells of a subject's year, one for each field; a field that is not yearly has an empty one.
pub fn year_row(world: &World, subject: &Subject, number: usize, year: i64) -> Option<Vec<String>> {
    let enterprise = world
        .enterprises
        .get(number - 1)
        .filter(|_| matches!(subject.name.as_str(), "企业" | "评价单元"));
    let figures = match enterprise {
        Some(enterprise) => Some(enterprise.years.iter().find(|figures| figures.year == year)?),
        None => None,
    };
    let mut draft = Draft {
        world,
        subject,
        number,
        cells: Vec::new(),
    };
    for field in &subject.fields {
        let stream = format!("{}.{}.{year}", subject.name, field.name);
        let mut random = Random::new(world.seed, &stream, number);
        let cell = match figures.and_then(|figures| reported(figures, &field.name)) {
            _ if !field.yearly => String::new(),
            Some(cell) => cell,
            None => draft.year_cell(field, year, &mut random),
        };
        draft.cells.push(cell);
    }
    Some(draft.cells)
}

impl Draft<'_> {
    fn year_cell(&self, field: &Field, year: i64, random: &mut Random) -> String {
        let column = self
            .subject
            .fields
            .iter()
            .position(|known| known.name == "园区产值");
        let output = column.and_then(|column| from_wan(self.cells.get(column)?));
        match (field.name.as_str(), output) {
            // 一园一主业 asks for 70 %: one park-year in eight has exactly that.
            ("主业产值", Some(output)) if random.chance(1, 8) => in_wan(output / 10 * 7),
            ("主业产值", Some(output)) => in_wan(output / 100 * random.between(35, 97)),
            ("研发投入", _) if year < project_year(self.number) => "0".to_owned(),
            // A year is like the year before: the size is the row's own, and only its swing is the year's.
            _ if field.kind == Kind::Money && !random.chance(1, 10) => {
                let mut own = Random::new(
                    self.world.seed,
                    &format!("{}.{} size", self.subject.name, field.name),
                    self.number,
                );
                let median = scale(&field.name).0;
                in_wan(own.log_normal(median * WAN, 10) / 100 * random.between(85, 125))
            }
            _ => self.by_type(field, random),
        }
    }
}

fn reported(figures: &YearFigures, field: &str) -> Option<String> {
    let money = |fen: u64| Some(in_wan(fen));
    match field {
        "营业收入" => money(figures.revenue),
        "资产总额" => money(figures.assets),
        "从业人员" => Some(figures.staff.to_string()),
        "科技人员" => Some(figures.scientists.to_string()),
        "研发费用" => money(figures.research),
        "境内研发费用" => money(figures.domestic_research),
        "高新产品收入" => money(figures.new_products),
        "重大违法" => Some(yes(figures.grave_offence)),
        "在规" => Some(yes(figures.above_scale)),
        "区贡献" => money(figures.district_share),
        "税收" => money(figures.tax),
        "用地面积" => Some(format!("{}.{:02}", figures.land / 100, figures.land % 100)),
        "IP购买费" => money(figures.cores),
        "流片费用" => money(figures.tape_out),
        "掩膜版费用" => money(figures.masks),
        _ => of_land(figures, field),
    }
}

/// What a land unit reports for its firm's year. It follows from the firm's other figures, so that no draw is spent on it.
fn of_land(figures: &YearFigures, field: &str) -> Option<String> {
    let wan = |fen: u64| fen / WAN;
    match field {
        "增加值" => Some(in_wan(figures.revenue / 100 * (16 + wan(figures.assets) % 20))),
        "综合能耗" => Some((wan(figures.revenue) * (3 + figures.staff % 30) / 100 + 1).to_string()),
        // One unit in about forty has not handed in what it emits.
        "污染物排放" if wan(figures.assets).is_multiple_of(41) => Some(String::new()),
        "污染物排放" => Some((wan(figures.revenue) / 400 * (1 + wan(figures.tax) % 7) + 1).to_string()),
        "一票否决" => Some(yes(figures.grave_offence)),
        "不得评A" => Some(yes(wan(figures.tax).is_multiple_of(23))),
        _ => None,
    }
}

/// Whether a recipe's words can stand in the field: another pack may list other words.
fn fits(field: &Field, cell: &str) -> bool {
    match &field.kind {
        Kind::Enumeration(words) => cell.is_empty() || words.iter().any(|word| word == cell),
        _ => cell != "无" || field.optional,
    }
}

fn yes(is: bool) -> String {
    if is { "是" } else { "否" }.to_owned()
}

/// Fen as 万元, with as many places as it needs.
pub fn in_wan(fen: u64) -> String {
    let text = format!("{}.{:06}", fen / WAN, fen % WAN);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn from_wan(text: &str) -> Option<u64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let fraction: u64 = format!("{fraction:0<6}").parse().ok()?;
    Some(whole.parse::<u64>().ok()? * WAN + fraction)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fen_and_wan_turn_into_each_other() {
        for (fen, text) in [
            (0, "0"),
            (1, "0.000001"),
            (2_000 * WAN, "2000"),
            (1_999_999_900, "1999.9999"),
            (123_456_789, "123.456789"),
        ] {
            assert_eq!(in_wan(fen), text);
            assert_eq!(from_wan(text), Some(fen));
        }
    }
}
