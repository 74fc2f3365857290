//! What the invented firms do: trades with their codes, sizes and words, and the settings of the shipped packs.

/// A trade. Codes are GB/T 4754-2017; tracks and clusters are those of domain.md §B.
#[derive(Debug, PartialEq, Eq)]
pub struct Trade {
    /// 行业组.
    pub group: &'static str,
    pub code: &'static str,
    /// The word in the firm's name.
    pub word: &'static str,
    /// 赛道; empty for a firm outside all tracks, or one whose code leaves several open.
    pub track: &'static str,
    /// The name of the cluster as a clerk may write it; empty for none.
    pub cluster: &'static str,
    /// How many firms of a hundred or so.
    pub share: u64,
    /// Revenue of a middling firm, in 万元.
    pub revenue_wan: u64,
    /// Research of a middling firm, in thousandths of revenue.
    pub research: u64,
    /// Revenue per head, in 万元.
    pub per_head_wan: u64,
    /// 规上 threshold, in 万元; 0 where there is none.
    pub threshold_wan: u64,
}

const fn trade(names: [&'static str; 5], figures: [u64; 5]) -> Trade {
    let [group, code, word, track, cluster] = names;
    let [share, revenue_wan, research, per_head_wan, threshold_wan] = figures;
    Trade {
        group,
        code,
        word,
        track,
        cluster,
        share,
        revenue_wan,
        research,
        per_head_wan,
        threshold_wan,
    }
}

const MEDICINE: &str = "生物医药与医疗器械";
const MEDICINE_OTHER: &str = "生物制药及医疗器械";
const CARS: &str = "节能与新能源汽车及零部件";
const CARS_OTHER: &str = "新能源汽车及零部件";

/// All trades; every 行业组 occurs.
pub const TRADES: &[Trade] = &[
    trade(
        ["工业", "2720", "创新药", "创新药", MEDICINE],
        [5, 6000, 90, 90, 2000],
    ),
    trade(["工业", "2761", "生物药", "", MEDICINE], [5, 4000, 110, 80, 2000]),
    trade(
        ["工业", "2770", "诊断试剂", "", MEDICINE_OTHER],
        [3, 3000, 80, 70, 2000],
    ),
    trade(
        ["工业", "3581", "医疗设备", "高端医疗器械及诊断试剂", MEDICINE],
        [4, 3500, 60, 75, 2000],
    ),
    trade(
        ["工业", "3612", "新能源汽车", "节能与新能源汽车", CARS],
        [2, 60_000, 45, 200, 2000],
    ),
    trade(
        ["工业", "3670", "汽车零部件", "节能与新能源汽车", CARS_OTHER],
        [7, 5000, 40, 90, 2000],
    ),
    trade(
        ["工业", "3841", "储能电池", "新型储能", ""],
        [2, 9000, 45, 120, 2000],
    ),
    trade(
        ["工业", "3973", "集成电路", "集成电路", "集成电路集群"],
        [4, 8000, 100, 110, 2000],
    ),
    trade(
        ["工业", "3491", "机器人", "智能装备与机器人", "机器人与数控机床"],
        [4, 3000, 60, 70, 2000],
    ),
    trade(
        ["工业", "2659", "新材料", "新材料", "高端新材料"],
        [5, 4000, 40, 100, 2000],
    ),
    trade(
        ["工业", "2831", "合成生物", "合成生物", ""],
        [3, 1500, 120, 60, 2000],
    ),
    trade(
        ["工业", "3744", "航空装备", "航空航天", ""],
        [2, 3000, 70, 70, 2000],
    ),
    trade(["工业", "3399", "金属制品", "", ""], [6, 2200, 12, 70, 2000]),
    trade(["建筑业", "4710", "建筑", "", ""], [3, 8000, 2, 90, 0]),
    trade(["批发", "5151", "医药贸易", "", ""], [4, 6000, 1, 400, 2000]),
    trade(["零售", "5211", "百货", "", ""], [3, 900, 0, 80, 500]),
    trade(["住宿餐饮", "6210", "餐饮", "", ""], [2, 400, 0, 25, 200]),
    trade(["交通运输", "5430", "货运", "", ""], [4, 3000, 1, 80, 2000]),
    trade(["仓储", "5990", "仓储物流", "", ""], [2, 2000, 1, 90, 2000]),
    trade(["邮政", "6020", "快递", "", ""], [1, 2500, 1, 40, 2000]),
    trade(["信息传输", "6319", "通信", "", ""], [1, 3000, 20, 100, 2000]),
    trade(
        ["软件信息", "6520", "芯片设计", "集成电路", ""],
        [3, 2500, 150, 90, 2000],
    ),
    trade(
        ["软件信息", "6513", "软件", "元宇宙", "高端软件"],
        [6, 1200, 90, 50, 2000],
    ),
    trade(["租赁商务", "7291", "商务", "", ""], [3, 900, 2, 60, 1000]),
    trade(
        ["科研技术服务", "7340", "医学研究", "创新药", ""],
        [5, 1500, 180, 50, 1000],
    ),
    trade(
        ["科研技术服务", "7320", "工程技术", "", ""],
        [3, 1000, 80, 50, 1000],
    ),
    trade(
        ["水利环境公共设施", "7724", "环保", "", ""],
        [1, 1500, 15, 60, 2000],
    ),
    trade(["教育", "8391", "培训", "", ""], [1, 700, 2, 30, 1000]),
    trade(["卫生", "8425", "门诊", "", ""], [1, 1500, 3, 40, 2000]),
    trade(["居民服务修理", "8111", "汽修", "", ""], [1, 450, 0, 30, 500]),
    trade(["文体娱", "8730", "影视", "", ""], [1, 500, 2, 40, 500]),
    trade(["社会工作", "8514", "养老", "", ""], [1, 400, 0, 20, 500]),
    trade(["物业管理", "7020", "物业", "", ""], [1, 1200, 0, 25, 1000]),
    trade(["房地产开发", "7010", "置业", "", ""], [1, 20_000, 0, 500, 0]),
    trade(
        ["房地产租赁中介", "7030", "房产服务", "", ""],
        [1, 800, 0, 40, 1000],
    ),
    trade(["其他行业", "0531", "农业服务", "", ""], [1, 500, 3, 30, 0]),
];

/// Where a pack's invented firms are, and what they are called.
#[derive(Debug, PartialEq, Eq)]
pub struct Setting {
    /// The folder under `packs/`.
    pub pack: &'static str,
    /// How many enterprises the shipped registry has.
    pub enterprises: usize,
    pub seed: u64,
    /// The territory of most firms.
    pub home: &'static str,
    /// Territories of the others: policies of `home` do not reach them.
    pub outside: &'static [&'static str],
    /// What firms' names begin with, at home and in the territories outside.
    pub prefixes: &'static [&'static str],
    pub parks: &'static [&'static str],
    /// Files without flaws. A fund is shared out only when every claim on it is exact, so what the demo pays from needs
    /// whole facts.
    pub whole: &'static [&'static str],
}

impl Setting {
    /// What the name of a firm of a territory begins with.
    pub fn prefix(&self, territory: &str) -> &'static str {
        let outside = self
            .outside
            .iter()
            .position(|known| *known == territory)
            .map_or(0, |at| at + 1);
        self.prefixes.get(outside).copied().unwrap_or("示例")
    }
}

/// The shipped registries.
pub const SETTINGS: &[Setting] = &[
    Setting {
        pack: "qiantang",
        enterprises: 2000,
        seed: 20_250_101,
        home: "浙江省杭州市钱塘区",
        outside: &[
            "浙江省杭州市余杭区",
            "浙江省杭州市滨江区",
            "浙江省杭州市临安区",
            "浙江省绍兴市越城区",
            "江苏省苏州市",
        ],
        prefixes: &[
            "钱塘示例",
            "余杭示例",
            "滨江示例",
            "临安示例",
            "绍兴示例",
            "苏州示例",
        ],
        parks: &["示例生物药园", "示例智造园", "示例新材料园", "示例科创园"],
        whole: &[],
    },
    Setting {
        pack: "shili",
        enterprises: 300,
        seed: 20_250_102,
        home: "示例省示例市示例区",
        outside: &["示例省示例市邻区", "示例省别市"],
        prefixes: &["示例区", "邻区示例", "别市示例"],
        parks: &["示例药谷", "示例智谷", "示例材料谷"],
        whole: &[
            "企业",
            "企业.年度",
            "园区",
            "评价单元",
            "评价单元.年度",
            "上级资金",
            "首台套认定",
            "入选",
        ],
    },
];
