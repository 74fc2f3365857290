//! The typed views say what the text says.

use jiufen_language::syntax::ast::{
    AstNode, BinaryOp, Block, CellShape, Comparison, Expr, Line, ListKind, LiteralKind, LogicKind, Member,
    OutcomeShape, PeriodKind, SegmentKind, TypePiece,
};
use jiufen_language::syntax::keywords::{Function, OptionWord, ReservedWord};
use jiufen_language::syntax::{Keywords, parse};

fn blocks(text: &str) -> Vec<Block> {
    let parse = parse(text, Keywords::Chinese);
    assert!(parse.errors().is_empty(), "{:?}", parse.errors());
    parse.root().blocks().collect()
}

fn lines(text: &str) -> Vec<Line> {
    blocks(text).first().unwrap().lines().collect()
}

fn value(expression: &str) -> Expr {
    let text = format!("定义 甲: 金额\n  = {expression}\n");
    match blocks(&text).first().unwrap() {
        Block::Define(define) => define.value().unwrap(),
        _ => panic!(),
    }
}

#[test]
fn headers_and_fields() {
    let all = blocks(
        "对象 企业 家\n  营业收入: 元/亩/年 每年 可无 缺则 待到账 = revenue\n  行业: 代码 \"GB/T\"\n类别 级别 序: 国际, 国内\n\
         类别 活动 来自 活动表\n例外 甲 对 乙.金额\n  = 5元\n例 有 字\n  年度 2025年\n",
    );
    let Block::Subject(subject) = &all[0] else {
        panic!()
    };
    assert_eq!(subject.name().unwrap().text(), "企业");
    assert_eq!(subject.units().next().unwrap().text(), "家");
    let fields: Vec<Line> = subject.lines().collect();
    let Line::Field(field) = &fields[0] else { panic!() };
    assert_eq!(field.type_().unwrap().text(), "元/亩/年");
    assert!(field.is_yearly() && field.is_optional() && !field.is_required() && !field.is_signed());
    assert_eq!(field.if_missing(), Some(ReservedWord::Pending));
    assert_eq!(
        (field.name().unwrap().text(), field.alias().unwrap().text()),
        ("营业收入".into(), "revenue".into())
    );
    let Line::Field(field) = &fields[1] else { panic!() };
    let pieces: Vec<_> = field.type_().unwrap().pieces().collect();
    assert_eq!(
        pieces,
        [TypePiece::Word("代码".into()), TypePiece::Text("GB/T".into())]
    );
    let Block::Enum(levels) = &all[1] else { panic!() };
    let values: Vec<_> = levels.values().map(|name| name.text()).collect();
    assert!(levels.is_ordered() && levels.name().unwrap().text() == "级别");
    assert_eq!(values, ["国际", "国内"]);
    let Block::Enum(activities) = &all[2] else {
        panic!()
    };
    assert_eq!(activities.loaded_from().unwrap().text(), "活动表");
    assert_eq!(activities.values().count(), 0);
    let Block::Except(except) = &all[3] else { panic!() };
    assert_eq!(except.target().unwrap().segments().count(), 2);
    assert_eq!(except.name().unwrap().text(), "甲");
    let Block::Case(case) = &all[4] else { panic!() };
    assert_eq!(case.title(), "有 字");
    let Some(Line::Year(year)) = case.lines().next() else {
        panic!()
    };
    assert_eq!(year.year().unwrap().1, "2025");
}

#[test]
fn lines_of_a_grant() {
    let all = lines(
        "奖补 甲\n  每 认定 一次\n  口径 近三年\n  当 全部\n    - 甲 = 乙\n    - 任一\n      - 丙\n      - 丁\n\
         \x20 金额\n    - 级别 = 国家: 5元\n    - 否则: 未公布\n  封顶 5元 每年 每 企业\n  期限 30日 自 公布日\n\
         \x20 分期\n    - 公布日 当 完成: 余额\n  支 名额 1家\n  承接 \"文号\" 旧奖\n  依据 \"一\" 或 \"二\"\n",
    );
    let Line::Each(each) = &all[0] else { panic!() };
    assert!(each.is_once() && !each.is_yearly());
    let Line::Basis(basis) = &all[1] else { panic!() };
    assert_eq!(basis.period().unwrap().kind(), Some(PeriodKind::Recent(3)));
    let Line::When(when) = &all[2] else { panic!() };
    let Some(Expr::List(list)) = when.value() else {
        panic!()
    };
    assert_eq!(list.kind(), Some(ListKind::All));
    let operands: Vec<Expr> = list.operands().collect();
    let [Expr::Compare(_), Expr::List(inner)] = operands.as_slice() else {
        panic!("{operands:?}")
    };
    assert_eq!((inner.kind(), inner.operands().count()), (Some(ListKind::Any), 2));
    let Line::Amount(amount) = &all[3] else { panic!() };
    assert!(amount.value().is_none());
    let arms: Vec<_> = amount.arms().collect();
    assert!(matches!(arms[0].condition(), Some(Expr::Compare(_))) && arms[1].is_otherwise());
    assert_eq!(arms[1].value().unwrap().word(), Some(ReservedWord::Unpublished));
    assert!(arms[1].condition().is_none());
    let Line::Cap(cap) = &all[4] else { panic!() };
    assert!(cap.is_yearly() && cap.per().count() == 1 && cap.value().is_some());
    let Line::Within(within) = &all[5] else { panic!() };
    assert_eq!(
        within.length().unwrap().kind(),
        Some(LiteralKind::Quantity("30".into(), "日".into()))
    );
    assert_eq!(within.path().unwrap().as_name().unwrap().text(), "公布日");
    let Line::Stages(stages) = &all[6] else { panic!() };
    let stage = stages.arms().next().unwrap();
    assert!(stage.condition().is_some() && stage.when().is_some());
    assert_eq!(stage.value().unwrap().word(), Some(ReservedWord::Remainder));
    let Line::Debit(debit) = &all[7] else { panic!() };
    assert_eq!(debit.name().unwrap().text(), "名额");
    assert!(matches!(debit.value(), Some(Expr::Literal(_))));
    let Line::Continues(continues) = &all[8] else {
        panic!()
    };
    assert_eq!(
        (continues.document().unwrap(), continues.name().unwrap().text()),
        ("文号".into(), "旧奖".into())
    );
    let Line::Cite(cite) = &all[9] else { panic!() };
    assert_eq!(cite.strings().collect::<Vec<_>>(), ["一", "二"]);
}

#[test]
fn expressions() {
    let Expr::Binary(sum) = value("甲 + 乙 × 5%") else {
        panic!()
    };
    assert_eq!(sum.op(), Some(BinaryOp::Add));
    let Some(Expr::Binary(product)) = sum.right() else {
        panic!()
    };
    assert_eq!(product.op(), Some(BinaryOp::Multiply));
    let Expr::Compare(chain) = value("５０００万元 < 甲 ≤ 2亿元") else {
        panic!()
    };
    assert_eq!(
        chain.comparisons().collect::<Vec<_>>(),
        [Comparison::Lt, Comparison::Le]
    );
    assert_eq!(chain.operands().count(), 3);
    let Expr::Logic(logic) = value("甲 或 非 乙 或 丙 属于 [\"13\", \"43\")") else {
        panic!()
    };
    let operands: Vec<Expr> = logic.operands().collect();
    let [Expr::Path(_), Expr::Not(_), Expr::In(inside)] = operands.as_slice() else {
        panic!()
    };
    assert_eq!(logic.kind(), LogicKind::Or);
    let Some(Member::Interval(interval)) = inside.member() else {
        panic!()
    };
    assert!(interval.includes_low() && !interval.includes_high() && interval.high().is_some());
    let Expr::In(inside) = value("园区 属于 名录") else {
        panic!()
    };
    assert!(matches!(
        (inside.subject(), inside.member()),
        (Some(Expr::Path(_)), Some(Member::Path(_)))
    ));
    let Expr::Path(path) = value("企业.2024年.合计(下达 其中 金额 > 5元, 近3年.甲)") else {
        panic!()
    };
    let kinds: Vec<_> = path.segments().map(|segment| segment.kind().unwrap()).collect();
    let [
        SegmentKind::Name(_),
        SegmentKind::Period(year),
        SegmentKind::Call(call),
    ] = kinds.as_slice()
    else {
        panic!()
    };
    assert_eq!(year.kind(), Some(PeriodKind::Year(2024)));
    assert_eq!(call.name().function(), Some(Function::Sum));
    let args: Vec<_> = call.args().collect();
    assert!(args[0].filter().is_some() && args[1].filter().is_none() && args.len() == 2);
    let Expr::Literal(literal) = value("“专精特新“小巨人”企业”") else {
        panic!()
    };
    assert_eq!(
        literal.kind(),
        Some(LiteralKind::Text("专精特新“小巨人”企业".into()))
    );
    let Expr::Literal(literal) = value("3 万元／亩/年") else {
        panic!()
    };
    assert_eq!(
        literal.kind(),
        Some(LiteralKind::Quantity("3".into(), "万元/亩/年".into()))
    );
    let Expr::Literal(literal) = value("2024年") else {
        panic!()
    };
    assert_eq!(literal.kind(), Some(LiteralKind::Year("2024".into())));
}

#[test]
fn cases_and_rows() {
    let all = lines(
        "例 甲\n  已知 企业 甲: 2024年.收入 = 1亿元, 园区 = 无\n  已知 企业\n    | 号 | 收入(万元) |\n    | 乙 | 1,200 |\n    | 丙 | 缺 |\n\
         \x20   | 丁 | (5, 6] |\n    | 戊 | ≥ 5 |\n    | 己 | 5 至 6 |\n\
         \x20 应得 奖(甲) = 0元 至 5元 待到账 给 某公司\n  应得 奖 = 至多 5元\n  应得 奖 = 拒绝 期内失效\n  应得 奖 = 不符合\n",
    );
    let Line::Given(given) = &all[0] else { panic!() };
    assert_eq!(
        given.names().map(|name| name.text()).collect::<Vec<_>>(),
        ["企业", "甲"]
    );
    let facts: Vec<_> = given.facts().collect();
    assert_eq!(facts[0].path().unwrap().segments().count(), 2);
    assert!(matches!(facts[0].value(), Some(Expr::Literal(_))));
    assert_eq!(facts[1].value().unwrap().word(), Some(ReservedWord::Nothing));
    let Line::Given(given) = &all[1] else { panic!() };
    let rows = given.rows().unwrap();
    let header: Vec<_> = rows.header().unwrap().cells().collect();
    assert_eq!(
        (header[1].name().unwrap().text(), header[1].unit().unwrap().text()),
        ("收入".into(), "万元".into())
    );
    let shapes: Vec<_> = rows
        .rows()
        .map(|row| row.cells().nth(1).unwrap().shape().unwrap())
        .collect();
    let [
        CellShape::Value(Expr::Literal(number)),
        CellShape::Missing,
        CellShape::Interval(interval),
        CellShape::Compare(Comparison::Ge, _),
        CellShape::Range(..),
    ] = shapes.as_slice()
    else {
        panic!("{shapes:?}")
    };
    assert_eq!(number.kind(), Some(LiteralKind::Number("1200".into())));
    assert!(!interval.includes_low() && interval.includes_high());
    let outcomes: Vec<_> = all[2..]
        .iter()
        .map(|line| match line {
            Line::Expect(expect) => expect.outcome().unwrap(),
            _ => panic!(),
        })
        .collect();
    assert!(matches!(outcomes[0].shape(), Some(OutcomeShape::Range(..))));
    let qualifiers: Vec<_> = outcomes[0]
        .qualifiers()
        .map(|q| (q.word().unwrap(), q.path().is_some()))
        .collect();
    assert_eq!(
        qualifiers,
        [(ReservedWord::Pending, false), (ReservedWord::PayTo, true)]
    );
    assert!(matches!(outcomes[1].shape(), Some(OutcomeShape::AtMost(_))));
    assert_eq!(
        outcomes[2].shape(),
        Some(OutcomeShape::Refused(Some("期内失效".into())))
    );
    assert_eq!(outcomes[3].shape(), Some(OutcomeShape::Ineligible));
}

#[test]
fn periods_of_parameters_and_ranges_without_margins() {
    let text = "参数 甲: 比率\n\n  # 说明\n  自 2025-01-01 至 2025-12-31: 5% 每年 依据 \"一\"  # 行尾\n";
    let all = lines(text);
    let Line::From(from) = &all[0] else { panic!() };
    assert_eq!(
        (from.from().unwrap(), from.to().unwrap()),
        ("2025-01-01".into(), "2025-12-31".into())
    );
    assert!(from.value().is_some() && from.is_yearly() && from.notes().count() == 1);
    let words = &text[std::ops::Range::<usize>::from(from.range())];
    assert_eq!(words, "自 2025-01-01 至 2025-12-31: 5% 每年 依据 \"一\"");
    let Line::Mode(mode) = &lines("组合 甲\n  法 补差\n")[0] else {
        panic!()
    };
    assert_eq!(mode.option(), Some(OptionWord::TopUp));
}
