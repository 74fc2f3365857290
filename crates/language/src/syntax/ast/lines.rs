//! Views of the lines of a body and of their parts.

use rowan::TextRange;
use smol_str::SmolStr;

use super::{
    AstNode, Expr, Fact, Literal, Name, Outcome, Path, Period, Rows, after, child, children, choice,
    date_token, first_token, has_option, has_reserved, nodes, option_of, option_word, reserved_of, smol,
    strings, token, tokens,
};
use crate::syntax::keywords::{LineWord, OptionWord, ReservedWord};
use crate::syntax::{SyntaxKind, SyntaxNode, text};

nodes! {
    /// `名: 类型 每年 可无 缺则 待到账 = alias`.
    FieldLine = FIELD_LINE;
    /// `自 日期 [至 日期][: 值 [每年]] [依据 "…"]`, with rows in a 表.
    FromLine = FROM_LINE;
    /// `= 表达式`.
    ValueLine = VALUE_LINE;
    /// `- 条件: 值` directly in the body.
    CasesLine = CASES_LINE;
    /// `每 名 [每年|一次]`.
    EachLine = EACH_LINE;
    /// `给 路径`.
    PayToLine = PAY_TO_LINE;
    /// `按 路径`.
    AsOfLine = AS_OF_LINE;
    /// `口径 上年`, `口径 累计`.
    BasisLine = BASIS_LINE;
    /// `当 条件`, `当 全部` with items.
    WhenLine = WHEN_LINE;
    /// `金额 表达式`, `金额 未公布`, `金额` with cases.
    AmountLine = AMOUNT_LINE;
    /// `封顶 表达式 [每年] [每 名]`.
    CapLine = CAP_LINE;
    /// `至多 表达式 [每年] [每 名]`.
    AtMostLine = AT_MOST_LINE;
    /// `分期` with its stages.
    StagesLine = STAGES_LINE;
    /// `组合 名`.
    GroupLine = GROUP_LINE;
    /// `资金 名`.
    FundLine = FUND_LINE;
    /// `方式 选项`.
    DeliveryLine = DELIVERY_LINE;
    /// `附 "…" [或 "…"]`.
    AttachLine = ATTACH_LINE;
    /// `依据 "…"`.
    CiteLine = CITE_LINE;
    /// `法 选项`.
    ModeLine = MODE_LINE;
    /// `键 路径, 年` or `键 待选 {…}, 年`.
    KeyLine = KEY_LINE;
    /// `计入 名, 名`.
    CountingLine = COUNTING_LINE;
    /// `排 表达式 [降序|升序]`.
    OrderLine = ORDER_LINE;
    /// `权重` with its items.
    WeightLine = WEIGHT_LINE;
    /// `否决 [排名前|排名后]` with its cases.
    VetoLine = VETO_LINE;
    /// `定档 表达式`.
    TierLine = TIER_LINE;
    /// `收 名 表达式`.
    CreditLine = CREDIT_LINE;
    /// `支 名 表达式`.
    DebitLine = DEBIT_LINE;
    /// `额度 表达式 [每年]`.
    QuotaLine = QUOTA_LINE;
    /// `超出 选项 [表达式]`.
    OverLine = OVER_LINE;
    /// `期限 数量 自 路径`.
    WithinLine = WITHIN_LINE;
    /// `结论` with its cases.
    ResultLine = RESULT_LINE;
    /// `节奏 名`.
    PaceLine = PACE_LINE;
    /// `废止`.
    RepealLine = REPEAL_LINE;
    /// `年度 2025`.
    YearLine = YEAR_LINE;
    /// `日期 2025-01-31`.
    DateLine = DATE_LINE;
    /// `已知 …`.
    GivenLine = GIVEN_LINE;
    /// `应得 路径 = 结果`.
    ExpectLine = EXPECT_LINE;
    /// `先于 名, 名`.
    BeforeLine = BEFORE_LINE;
    /// `承接 "文号" [名]`.
    ContinuesLine = CONTINUES_LINE;
    /// `跨期 全年|按日|不给`.
    SpanningLine = SPANNING_LINE;
    /// `来自 表`.
    LoadedFromLine = LOADED_FROM_LINE;
    /// A line whose first word the block does not know.
    UnknownLine = UNKNOWN_LINE;

    /// A type, a unit or a counter: the words up to the next mark.
    Type = TYPE;
    /// `缺则 待到账`.
    IfMissing = IF_MISSING;
    /// `= alias` of a field.
    Alias = ALIAS;
    /// `附 "…" 或 "…"` or `依据 "…"` behind a value.
    Note = NOTE;
    /// `- 条件: 值`, `- 否则: 值`, `- 日期 当 条件: 值`.
    Arm = ARM;
    /// `待选 {人员, 产品}`.
    ToChoose = TO_CHOOSE;
}

choice! {
    /// Any line of a body.
    Line {
        Field(FieldLine),
        From(FromLine),
        Value(ValueLine),
        Cases(CasesLine),
        Each(EachLine),
        PayTo(PayToLine),
        AsOf(AsOfLine),
        Basis(BasisLine),
        When(WhenLine),
        Amount(AmountLine),
        Cap(CapLine),
        AtMost(AtMostLine),
        Stages(StagesLine),
        Group(GroupLine),
        Fund(FundLine),
        Delivery(DeliveryLine),
        Attach(AttachLine),
        Cite(CiteLine),
        Mode(ModeLine),
        Key(KeyLine),
        Counting(CountingLine),
        Order(OrderLine),
        Weight(WeightLine),
        Veto(VetoLine),
        Tier(TierLine),
        Credit(CreditLine),
        Debit(DebitLine),
        Quota(QuotaLine),
        Over(OverLine),
        Within(WithinLine),
        Result(ResultLine),
        Pace(PaceLine),
        Repeal(RepealLine),
        Year(YearLine),
        Date(DateLine),
        Given(GivenLine),
        Expect(ExpectLine),
        Before(BeforeLine),
        Continues(ContinuesLine),
        Spanning(SpanningLine),
        LoadedFrom(LoadedFromLine),
        Unknown(UnknownLine),
    }
}

impl Line {
    /// The word the line begins with; `None` for fields, values and cases.
    pub fn word(&self) -> Option<LineWord> {
        let first = first_token(self.syntax())?;
        if first.kind() != SyntaxKind::LINE_WORD {
            return None;
        }
        LineWord::lookup(&text::folded(first.text()))
    }
}

/// Accessors that several lines share.
macro_rules! accessors {
    ($($view:ident: $($accessor:ident)*;)*) => {$(
        impl $view {
            $(accessors!(@ $accessor);)*
        }
    )*};
    (@ name) => {
        /// Its name.
        pub fn name(&self) -> Option<Name> {
            child(self.syntax())
        }
    };
    (@ names) => {
        /// Its names, in order.
        pub fn names(&self) -> impl Iterator<Item = Name> + use<> {
            children(self.syntax())
        }
    };
    (@ path) => {
        /// Its path.
        pub fn path(&self) -> Option<Path> {
            child(self.syntax())
        }
    };
    (@ value) => {
        /// Its expression.
        pub fn value(&self) -> Option<Expr> {
            child(self.syntax())
        }
    };
    (@ arms) => {
        /// Its cases, in order.
        pub fn arms(&self) -> impl Iterator<Item = Arm> + use<> {
            children(self.syntax())
        }
    };
    (@ option) => {
        /// Its option.
        pub fn option(&self) -> Option<OptionWord> {
            option_word(self.syntax())
        }
    };
    (@ strings) => {
        /// Its strings, without their marks; alternatives joined by 或.
        pub fn strings(&self) -> impl Iterator<Item = SmolStr> + use<> {
            strings(self.syntax())
        }
    };
    (@ notes) => {
        /// 附 and 依据 behind it.
        pub fn notes(&self) -> impl Iterator<Item = Note> + use<> {
            children(self.syntax())
        }
    };
    (@ is_yearly) => {
        /// Whether 每年 stands behind it.
        pub fn is_yearly(&self) -> bool {
            has_reserved(self.syntax(), ReservedWord::Yearly)
        }
    };
    (@ per) => {
        /// The names after 每: for each what the limit holds.
        pub fn per(&self) -> impl Iterator<Item = Name> + use<> {
            children(self.syntax())
        }
    };
    (@ rows) => {
        /// Its rows.
        pub fn rows(&self) -> Option<Rows> {
            child(self.syntax())
        }
    };
}

accessors! {
    FieldLine: name is_yearly;
    FromLine: value is_yearly notes rows arms;
    ValueLine: value arms notes;
    CasesLine: arms;
    EachLine: name is_yearly;
    PayToLine: path;
    AsOfLine: path;
    BasisLine: option;
    WhenLine: value;
    AmountLine: value arms;
    CapLine: value is_yearly per;
    AtMostLine: value is_yearly per;
    StagesLine: arms;
    GroupLine: name;
    FundLine: name;
    DeliveryLine: option;
    AttachLine: strings;
    CiteLine: strings;
    ModeLine: option;
    CountingLine: value;
    OrderLine: value option;
    WeightLine: arms;
    VetoLine: option arms;
    TierLine: value arms;
    CreditLine: name value;
    DebitLine: name value;
    QuotaLine: value is_yearly;
    OverLine: option value;
    WithinLine: path;
    ResultLine: arms;
    PaceLine: name;
    BeforeLine: names;
    ContinuesLine: name;
    SpanningLine: option;
    LoadedFromLine: name;
    Arm: notes;
    ToChoose: names;
    Note: strings;
}

impl FieldLine {
    /// Its type.
    pub fn type_(&self) -> Option<Type> {
        child(self.syntax())
    }

    /// Whether `必填` stands behind the type.
    pub fn is_required(&self) -> bool {
        has_option(self.syntax(), OptionWord::Required)
    }

    /// Whether `可无` stands behind the type.
    pub fn is_optional(&self) -> bool {
        has_option(self.syntax(), OptionWord::Optional)
    }

    /// Whether `可负` stands behind the type.
    pub fn is_signed(&self) -> bool {
        has_option(self.syntax(), OptionWord::Signed)
    }

    /// The field that tells the vintage of this one, after `版次`.
    pub fn vintage(&self) -> Option<Name> {
        after(self.syntax(), |t| {
            t.kind() == SyntaxKind::OPTION_WORD && option_of(t) == Some(OptionWord::Vintage)
        })
    }

    /// What its absence means.
    pub fn if_missing(&self) -> Option<ReservedWord> {
        let clause: IfMissing = child(self.syntax())?;
        let mut words = tokens(clause.syntax()).filter_map(|t| reserved_of(&t));
        words.find(|word| matches!(word, ReservedWord::Pending | ReservedWord::Unpublished))
    }

    /// The second name after `=`.
    pub fn alias(&self) -> Option<Name> {
        let alias: Alias = child(self.syntax())?;
        child(alias.syntax())
    }
}

/// One word of a type.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum TypePiece {
    /// A name or a unit.
    Word(SmolStr),
    /// A string, such as the standard of a 代码.
    Text(SmolStr),
    /// `/` between units.
    Slash,
}

impl Type {
    /// Its words in order.
    pub fn pieces(&self) -> impl Iterator<Item = TypePiece> + use<> {
        tokens(self.syntax()).map(|t| match t.kind() {
            SyntaxKind::STRING => TypePiece::Text(SmolStr::new(text::unquoted(t.text()))),
            SyntaxKind::SLASH => TypePiece::Slash,
            SyntaxKind::QUOTED => TypePiece::Word(SmolStr::new(text::unquoted(t.text()))),
            _ => TypePiece::Word(smol(text::folded(t.text()))),
        })
    }

    /// The words run together: `金额`, `元/亩/年`, `%`.
    pub fn text(&self) -> SmolStr {
        let mut out = String::new();
        for piece in self.pieces() {
            match piece {
                TypePiece::Word(word) | TypePiece::Text(word) => out.push_str(&word),
                TypePiece::Slash => out.push('/'),
            }
        }
        SmolStr::new(out)
    }
}

impl FromLine {
    /// The first day.
    pub fn from(&self) -> Option<SmolStr> {
        date_token(self.syntax())
    }

    /// The last day, if 至 gives one.
    pub fn to(&self) -> Option<SmolStr> {
        let mut seen = false;
        for t in tokens(self.syntax()) {
            seen |= reserved_of(&t) == Some(ReservedWord::To);
            if seen && t.kind() == SyntaxKind::DATE {
                return Some(smol(text::folded(t.text())));
            }
        }
        None
    }
}

impl EachLine {
    /// Whether `一次` stands behind the name.
    pub fn is_once(&self) -> bool {
        has_reserved(self.syntax(), ReservedWord::Once)
    }
}

impl BasisLine {
    /// The period, if it is one.
    pub fn period(&self) -> Option<Period> {
        child(self.syntax())
    }

    /// The name, if it is neither a period nor an option.
    pub fn name(&self) -> Option<Name> {
        child(self.syntax())
    }
}

impl KeyLine {
    /// The parts of the key, in order: `年` is a path of that name.
    pub fn paths(&self) -> impl Iterator<Item = Path> + use<> {
        children(self.syntax())
    }

    /// The part that a person chooses.
    pub fn to_choose(&self) -> Option<ToChoose> {
        child(self.syntax())
    }
}

impl WithinLine {
    /// The length of the term.
    pub fn length(&self) -> Option<Literal> {
        child(self.syntax())
    }
}

impl ContinuesLine {
    /// The number of the document that is continued.
    pub fn document(&self) -> Option<SmolStr> {
        strings(self.syntax()).next()
    }
}

impl YearLine {
    /// The year in digits, and its place.
    pub fn year(&self) -> Option<(TextRange, SmolStr)> {
        let found =
            tokens(self.syntax()).find(|t| matches!(t.kind(), SyntaxKind::NUMBER | SyntaxKind::YEAR))?;
        let year = SmolStr::new(text::folded(found.text()).trim_end_matches('年'));
        Some((found.text_range(), year))
    }
}

impl DateLine {
    /// The date.
    pub fn date(&self) -> Option<SmolStr> {
        date_token(self.syntax())
    }
}

impl GivenLine {
    /// The names before the colon, or before the rows: `企业 甲`, `参数`, `甲`.
    pub fn names(&self) -> impl Iterator<Item = Name> + use<> {
        children(self.syntax())
    }

    /// The facts after the colon.
    pub fn facts(&self) -> impl Iterator<Item = Fact> + use<> {
        children(self.syntax())
    }

    /// The rows.
    pub fn rows(&self) -> Option<Rows> {
        child(self.syntax())
    }
}

impl ExpectLine {
    /// What is asked: a rule, a rule of a named row, a field.
    pub fn path(&self) -> Option<Path> {
        child(self.syntax())
    }

    /// What must come out.
    pub fn outcome(&self) -> Option<Outcome> {
        child(self.syntax())
    }
}

impl Note {
    /// Whether it is 附 or 依据.
    pub fn word(&self) -> Option<ReservedWord> {
        first_token(self.syntax()).and_then(|t| reserved_of(&t))
    }
}

impl Arm {
    /// Whether it is the case `否则`.
    pub fn is_otherwise(&self) -> bool {
        has_reserved(self.syntax(), ReservedWord::Otherwise)
    }

    /// The condition; in 分期 the date on which the stage falls due.
    pub fn condition(&self) -> Option<Expr> {
        let colon = token(self.syntax(), SyntaxKind::COLON).map(|t| t.text_range().start());
        child::<Expr>(self.syntax()).filter(|e| colon.is_none_or(|at| e.range().end() <= at))
    }

    /// The condition after 当 in a stage.
    pub fn when(&self) -> Option<Expr> {
        let colon = token(self.syntax(), SyntaxKind::COLON).map(|t| t.text_range().start());
        after::<Expr>(self.syntax(), |t| reserved_of(t) == Some(ReservedWord::When))
            .filter(|e| colon.is_none_or(|at| e.range().end() <= at))
    }

    /// What stands behind the colon: an expression, 未公布, 余额, a verdict.
    pub fn value(&self) -> Option<Expr> {
        after(self.syntax(), |t| t.kind() == SyntaxKind::COLON)
    }
}

impl OptionWord {
    /// The option a token is, if the parser took it for one.
    pub fn of(token: &crate::syntax::SyntaxToken) -> Option<OptionWord> {
        if token.kind() == SyntaxKind::OPTION_WORD {
            option_of(token)
        } else {
            None
        }
    }
}
