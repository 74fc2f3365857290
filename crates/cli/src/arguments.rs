//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum, value_parser};
use jiufen_quantity::{Date, YEARS};

/// 九分:把政策写成能执行的原文,算出谁得多少、为什么、依据哪一条。
#[derive(Debug, Parser)]
#[command(name = "jiufen", version, about, disable_help_subcommand = true)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// How to show it.
    #[command(flatten)]
    pub common: Common,
}

/// Options of every command.
#[derive(Debug, Clone, Args)]
pub struct Common {
    /// 输出形式
    #[arg(long, global = true, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// 界面语言;缺省为中文,英文环境(LANG=en_GB)为英文
    #[arg(long, global = true, value_enum)]
    pub lang: Option<LangChoice>,
    /// 颜色
    #[arg(long, global = true, value_enum, default_value_t = ColourChoice::Auto)]
    pub color: ColourChoice,
}

/// Text for people, JSON for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// 给人看
    Text,
    /// 给程序用
    Json,
}

/// Chinese or English.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LangChoice {
    /// 中文
    Zh,
    /// English
    En,
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ColourChoice {
    /// 终端上用
    Auto,
    /// 总是
    Always,
    /// 从不
    Never,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// 检查政策包:名称、单位、日期、例外、公平竞争
    Check(CheckArguments),
    /// 运行条款旁边的例
    Test(PackArgument),
    /// 对登记数据逐户计算,列出那一年的权利和分期
    Run(RunArguments),
    /// 试算:草案和现行规定逐户比,谁增谁减,一共多少
    Simulate(SimulateArguments),
    /// 重放一次运行:逐字节相同,或说明哪里不同
    Replay(ReplayArguments),
    /// 说明一个对象的结果是怎么来的
    Explain(ExplainArguments),
    /// 某一天的合并文本,每一处写明出处
    Show(ShowArguments),
    /// 把规则块排成统一格式
    Fmt(FmtArguments),
    /// 生成可离线打开的网页
    Site(SiteArguments),
    /// 把规则写成数据库的 SQL,在自己的集群上算
    Sql(SqlArguments),
    /// 把登记数据留成快照:按内容命名,以后照它运行
    Snapshot(SnapshotArguments),
    /// 运行随程序附带的政策包
    Demo(DemoArguments),
}

/// `check`.
#[derive(Debug, Clone, Args)]
pub struct CheckArguments {
    /// 政策包
    #[command(flatten)]
    pub pack: PackArgument,
    /// 提醒也算未通过
    #[arg(long)]
    pub strict: bool,
}

/// A pack.
#[derive(Debug, Clone, Args)]
pub struct PackArgument {
    /// 政策包的文件夹,或单个 .md 文件;随附的包写 qiantang、shili
    pub pack: String,
}

/// Where the facts are and for when.
#[derive(Debug, Clone, Default, Args)]
pub struct When {
    /// 登记数据的文件夹;缺省为政策包里的 data
    #[arg(long)]
    pub data: Option<PathBuf>,
    /// 今日,例如 2026-03-01;缺省为权利年度的 12 月 31 日
    #[arg(long, value_parser = day)]
    pub as_of: Option<Date>,
    /// 权利年度(当年),1900 至 2199;缺省为登记数据的最后一年
    #[arg(long, allow_negative_numbers = true, value_parser = value_parser!(i16).range(of_years()))]
    pub year: Option<i16>,
}

/// The years that a registry can have rows of.
fn of_years() -> std::ops::RangeInclusive<i64> {
    i64::from(*YEARS.start())..=i64::from(*YEARS.end())
}

/// A day of those years; `usage` says what is wrong with another.
fn day(text: &str) -> Result<Date, String> {
    let day = Date::parse(text).filter(|day| day.is_within_years());
    day.ok_or_else(|| text.to_owned())
}

/// `run`.
#[derive(Debug, Clone, Args)]
pub struct RunArguments {
    /// 政策包的文件夹,或单个 .md 文件;随附的包写 qiantang、shili
    pub pack: String,
    /// 何时
    #[command(flatten)]
    pub when: When,
    /// 写出 decisions、instalments、values、rejected 各名单的文件夹
    #[arg(long)]
    pub out: Option<PathBuf>,
    /// 名单的格式
    #[arg(long, value_enum, default_value_t = TableFormat::Csv)]
    pub lists: TableFormat,
    /// 比内存大的表:一个 Parquet 文件,各行单独算,边算边写
    #[arg(long)]
    pub stream: Option<PathBuf>,
}

/// The format of tables that are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TableFormat {
    /// CSV,金额是整数分
    Csv,
    /// Excel,单元格有类型,附出处
    Xlsx,
    /// Parquet,栏目有类型,附出处
    Parquet,
}

/// `simulate`.
#[derive(Debug, Clone, Args)]
pub struct SimulateArguments {
    /// 政策包的文件夹,或单个 .md 文件;随附的包写 qiantang、shili
    pub pack: String,
    /// 草案:.md 文件,或包里征求意见稿的路径、文号、标题;可写多次
    #[arg(long, required = true)]
    pub with: Vec<String>,
    /// 按哪一列分开看,例如 园区;可写多次,缺省为引用、类别和代码各列
    #[arg(long)]
    pub by: Vec<String>,
    /// 写出 simulation.csv、changes.csv、groups.csv 和网页 whatif.html 的文件夹
    #[arg(long)]
    pub out: Option<PathBuf>,
    /// 何时
    #[command(flatten)]
    pub when: When,
}

/// `replay`.
#[derive(Debug, Clone, Args)]
pub struct ReplayArguments {
    /// 一次运行写出的文件夹,里面有 manifest.json
    pub run: PathBuf,
    /// 政策包;缺省为运行时写的那个
    #[arg(long = "pack", value_name = "PACK")]
    pub pack: Option<String>,
    /// 登记数据的文件夹;缺省为运行时写的那个
    #[arg(long)]
    pub data: Option<PathBuf>,
}

/// `explain`.
#[derive(Debug, Clone, Args)]
pub struct ExplainArguments {
    /// 政策包的文件夹,或单个 .md 文件;随附的包写 qiantang、shili
    pub pack: String,
    /// 对象的键或名称;几张表都有的写 表名:键
    #[arg(long)]
    pub subject: String,
    /// 只看这一条
    #[arg(long)]
    pub rule: Option<String>,
    /// 不符合的也逐项展开,不合并
    #[arg(long)]
    pub all: bool,
    /// 何时
    #[command(flatten)]
    pub when: When,
}

/// `show`.
#[derive(Debug, Clone, Args)]
pub struct ShowArguments {
    /// 规则、参数或定义的名称
    pub name: String,
    /// 哪一天,例如 2026-03-01
    #[arg(long)]
    pub at: String,
    /// 政策包的文件夹,或单个 .md 文件
    #[arg(long, default_value = "qiantang")]
    pub pack: String,
}

/// `fmt`.
#[derive(Debug, Clone, Args)]
pub struct FmtArguments {
    /// 文件,或整个文件夹
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// 只检查,不改写
    #[arg(long)]
    pub check: bool,
    /// 关键词换成哪种语言
    #[arg(long, value_enum)]
    pub keywords: Option<LangChoice>,
}

/// `site`.
#[derive(Debug, Clone, Args)]
pub struct SiteArguments {
    /// 政策包的文件夹,或单个 .md 文件;随附的包写 qiantang、shili
    pub pack: String,
    /// 写到哪个文件夹
    #[arg(long)]
    pub out: PathBuf,
    /// 一期栏目的文本文件
    #[arg(long)]
    pub column: Option<PathBuf>,
    /// 草案:加一页试算,写法同 simulate;可写多次
    #[arg(long)]
    pub with: Vec<String>,
    /// 何时
    #[command(flatten)]
    pub when: When,
}

/// `sql`.
#[derive(Debug, Clone, Args)]
pub struct SqlArguments {
    /// 政策包的文件夹,或单个 .md 文件;随附的包写 qiantang、shili
    pub pack: String,
    /// 写给哪种数据库
    #[arg(long, value_enum)]
    pub dialect: DialectChoice,
    /// 只写这一条
    #[arg(long)]
    pub rule: Option<String>,
    /// SQL 写到哪个文件;缺省写到标准输出
    #[arg(long)]
    pub out: Option<PathBuf>,
    /// 把登记数据写成 SQL 要的表(CSV 和建表语句)的文件夹
    #[arg(long)]
    pub tables: Option<PathBuf>,
    /// 何时
    #[command(flatten)]
    pub when: When,
}

/// `snapshot`.
#[derive(Debug, Clone, Args)]
pub struct SnapshotArguments {
    /// 政策包的文件夹,或单个 .md 文件;随附的包写 qiantang、shili
    pub pack: String,
    /// 登记数据的文件夹;缺省为政策包里的 data
    #[arg(long)]
    pub data: Option<PathBuf>,
    /// 快照写进哪个文件夹;快照自己的文件夹以散列为名
    #[arg(long)]
    pub out: PathBuf,
}

/// A database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DialectChoice {
    /// DuckDB
    Duckdb,
    /// PostgreSQL
    Postgres,
    /// Spark SQL
    Spark,
}

/// `demo`.
#[derive(Debug, Clone, Args)]
pub struct DemoArguments {
    /// 网页写到哪个文件夹
    #[arg(long, default_value = "site")]
    pub out: PathBuf,
}
