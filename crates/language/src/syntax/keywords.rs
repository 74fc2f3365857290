//! The words of the language: each one Chinese word and exactly one English word.

/// The language of a fence's keywords. Names are the same in both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Keywords {
    /// ```` ```jiufen ````
    #[default]
    Chinese,
    /// ```` ```jiufen en ````
    English,
}

macro_rules! words {
    ($(#[$meta:meta])* $class:ident { $($variant:ident $zh:literal $en:literal,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $class {
            $(#[doc = concat!($zh, " · ", $en)] $variant,)*
        }

        impl $class {
            /// Every word of the class, in the order of the reference.
            pub const ALL: &'static [$class] = &[$($class::$variant,)*];

            /// The Chinese word.
            pub fn zh(self) -> &'static str {
                match self { $($class::$variant => $zh,)* }
            }

            /// The English word.
            pub fn en(self) -> &'static str {
                match self { $($class::$variant => $en,)* }
            }

            /// The word as written with `keywords`.
            pub fn text(self, keywords: Keywords) -> &'static str {
                match keywords {
                    Keywords::Chinese => self.zh(),
                    Keywords::English => self.en(),
                }
            }

            /// The word written `text` with `keywords`.
            pub fn parse(text: &str, keywords: Keywords) -> Option<$class> {
                match keywords {
                    Keywords::Chinese => match text { $($zh => Some($class::$variant),)* _ => None },
                    Keywords::English => match text { $($en => Some($class::$variant),)* _ => None },
                }
            }

            /// The word written `text` in either language; the two sets of spellings are disjoint.
            pub fn lookup(text: &str) -> Option<$class> {
                Self::parse(text, Keywords::Chinese).or_else(|| Self::parse(text, Keywords::English))
            }
        }
    };
}

words! {
    /// The first word of a block, at column 0; free as a name elsewhere.
    BlockWord {
        Subject "对象" "subject",
        Event "事件" "event",
        Enum "类别" "enum",
        Param "参数" "param",
        Define "定义" "define",
        Table "表" "table",
        Grant "奖补" "grant",
        Verdict "判定" "verdict",
        Rank "评级" "rank",
        Group "组合" "group",
        Account "账户" "account",
        Post "记账" "post",
        Except "例外" "except",
        Amend "修订" "amend",
        Target "目标" "target",
        Case "例" "case",
    }
}

words! {
    /// The first word of a line in a block; free as a name elsewhere unless also reserved.
    ///
    /// 给 is `pay_to` because `to` is 至: two words with one translation would lose one of them.
    LineWord {
        Each "每" "each",
        PayTo "给" "pay_to",
        AsOf "按" "asof",
        Basis "口径" "basis",
        When "当" "when",
        Amount "金额" "amount",
        Cap "封顶" "cap",
        AtMost "至多" "at_most",
        Stages "分期" "stages",
        Group "组合" "group",
        Fund "资金" "fund",
        Delivery "方式" "delivery",
        Attach "附" "attach",
        Cite "依据" "cite",
        Mode "法" "mode",
        Key "键" "key",
        Counting "计入" "counting",
        Order "排" "order",
        Weight "权重" "weight",
        Veto "否决" "veto",
        Tier "定档" "tier",
        Credit "收" "credit",
        Debit "支" "debit",
        Quota "额度" "quota",
        Over "超出" "over",
        Within "期限" "within",
        Result "结论" "result",
        Pace "节奏" "pace",
        From "自" "from",
        Repeal "废止" "repeal",
        Year "年度" "year",
        Date "日期" "date",
        Given "已知" "given",
        Expect "应得" "expect",
        Before "先于" "before",
        Continues "承接" "continues",
        Spanning "跨期" "spanning",
        LoadedFrom "来自" "loaded_from",
    }
}

words! {
    /// Never a name without 「」.
    ReservedWord {
        And "且" "and",
        Or "或" "or",
        Not "非" "not",
        Yes "是" "yes",
        No "否" "no",
        In "属于" "in",
        Where "其中" "where",
        When "当" "when",
        Otherwise "否则" "otherwise",
        From "自" "from",
        To "至" "to",
        ThisYear "当年" "this_year",
        LastYear "上年" "last_year",
        Recent "近" "recent",
        Original "原值" "original",
        Missing "缺" "missing",
        Nothing "无" "nothing",
        IfMissing "缺则" "if_missing",
        Unpublished "未公布" "unpublished",
        ToChoose "待选" "to_choose",
        Pending "待到账" "pending",
        Remainder "余额" "remainder",
        Of "对" "of",
        Each "每" "each",
        Yearly "每年" "yearly",
        Once "一次" "once",
        PayTo "给" "pay_to",
        Attach "附" "attach",
        Cite "依据" "cite",
        MergedInto "并入" "merged_into",
        Refuse "拒绝" "refuse",
        Unlimited "不限" "unlimited",
        AtMost "至多" "at_most",
    }
}

words! {
    /// A choice after a line word, a type or a header; free as a name everywhere else.
    OptionWord {
        All "全部" "all",
        Any "任一" "any",
        Highest "就高" "highest",
        TopUp "补差" "top_up",
        Exclusive "互斥" "exclusive",
        FirstCome "先到" "first_come",
        Stack "叠加" "stack",
        Strictest "取严" "strictest",
        First "首个" "first",
        Unique "唯一" "unique",
        Candidates "候选" "candidates",
        ByBand "分段" "by_band",
        Progressive "累进" "progressive",
        ProRata "按比例" "pro_rata",
        InOrder "先后" "in_order",
        ByScore "择优" "by_score",
        Refuse "拒绝" "refuse",
        Cumulative "累计" "cumulative",
        Quarterly "当季" "quarterly",
        WholeYear "全年" "whole_year",
        ByDay "按日" "by_day",
        None "不给" "none",
        Automatic "免申即享" "automatic",
        OnApplication "申报" "on_application",
        Tied "并列" "tied",
        BeforeRanking "排名前" "before_ranking",
        AfterRanking "排名后" "after_ranking",
        Descending "降序" "descending",
        Ascending "升序" "ascending",
        Required "必填" "required",
        Optional "可无" "optional",
        Signed "可负" "signed",
        Vintage "版次" "vintage",
        Ordered "序" "ordered",
        LoadedFrom "来自" "loaded_from",
        Via "经由" "via",
        Ineligible "不符合" "ineligible",
        Undecidable "无法判定" "undecidable",
    }
}

words! {
    /// A name of the prelude; a word only where a bracket follows.
    Function {
        Sum "合计" "sum",
        Count "计数" "count",
        CountDistinct "去重计数" "count_distinct",
        Exists "存在" "exists",
        Max "最大" "max",
        Min "最小" "min",
        Mean "平均" "mean",
        FirstYear "首年" "first_year",
        Consecutive "连续" "consecutive",
        RoundTo "取整" "round_to",
        FloorTo "去尾" "floor_to",
        CeilTo "进一" "ceil_to",
        HalfUp "四舍五入" "half_up",
        DropZeros "去零" "drop_zeros",
        AddYears "加年" "add_years",
        AddMonths "加月" "add_months",
        AddDays "加日" "add_days",
        AddWorkingDays "加工作日" "add_working_days",
        DaysBetween "天数" "days_between",
        FullYears "满年" "full_years",
        StartsWith "开头" "starts_with",
        OverlapArea "重叠面积" "overlap_area",
        LocatedIn "位于" "located_in",
        Distance "距离" "distance",
        Adjacent "相邻" "adjacent",
        Comparable "可比" "comparable",
    }
}

impl ReservedWord {
    /// Whether it also calls a part of a rule, where an exception or an amendment names one.
    pub(crate) fn is_part(self) -> bool {
        matches!(self, Self::When | Self::AtMost)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    fn pairs() -> Vec<Vec<(&'static str, &'static str)>> {
        vec![
            BlockWord::ALL.iter().map(|w| (w.zh(), w.en())).collect(),
            LineWord::ALL.iter().map(|w| (w.zh(), w.en())).collect(),
            ReservedWord::ALL.iter().map(|w| (w.zh(), w.en())).collect(),
            OptionWord::ALL.iter().map(|w| (w.zh(), w.en())).collect(),
            Function::ALL.iter().map(|w| (w.zh(), w.en())).collect(),
        ]
    }

    #[test]
    fn each_class_is_a_bijection() {
        for class in pairs() {
            let zh: HashMap<_, _> = class.iter().map(|(z, e)| (*z, *e)).collect();
            let en: HashMap<_, _> = class.iter().map(|(z, e)| (*e, *z)).collect();
            assert_eq!((zh.len(), en.len()), (class.len(), class.len()));
        }
    }

    #[test]
    fn one_word_has_one_translation_in_all_classes() {
        let mut zh: HashMap<&str, &str> = HashMap::new();
        let mut en: HashMap<&str, &str> = HashMap::new();
        for (z, e) in pairs().into_iter().flatten() {
            assert_eq!(*zh.entry(z).or_insert(e), e, "{z}");
            assert_eq!(*en.entry(e).or_insert(z), z, "{e}");
        }
    }
}
