//! 合计, 计数, 存在 … over the rows of a list: a stage that is carried out beforehand, and columns of what it made.

use std::rc::Rc;

use jiufen_language::program::{Aggregate, ExprId, ExprKind, Listed};
use jiufen_quantity::Date;
use jiufen_quantity::exact::integer;
use jiufen_table::lanes::Meaning;
use num_traits::Signed;

use super::choice::Otherwise;
use super::{Day, Lowering, Scope, Year};
use crate::graph::{Flag, InputId, NeedsWide, NodeId};
use crate::machine::{FoldedInput, Lane, Reading};
use crate::outcome::{ListedUnknown, Unknown};
use crate::plan::whys_open;
use crate::stage::{ItemNodes, ListStage};
use crate::value::{Code, Kind, Marks, Number, RowAt, Span, Truth, Value};
use crate::why::Why;

/// What is made of rows, in a year by the law of a day.
pub(super) type Key = (ExprId, i16, Date);

/// What is made of rows: of which, and of what.
pub(super) struct Body {
    pub function: Aggregate,
    pub filter: Option<ExprId>,
    pub value: Option<ExprId>,
}

impl Lowering<'_> {
    /// 合计, 计数, 存在 … over rows.
    pub(super) fn aggregate(&mut self, id: ExprId, rows: ExprId, body: &Body, scope: &Scope) -> Value {
        let program = self.program;
        let (over, at, direct) = match &program.expr(rows).kind {
            ExprKind::AllRows(subject) => match self.subject {
                Some(of) => (Listed::All(*subject), self.base(of), false),
                None => return Value::Left,
            },
            ExprKind::Related { via, .. } if program.field(*via).yearly => {
                return self.leave("按每年的引用找相关行");
            }
            ExprKind::Related { row, via } => match self.row(*row, scope) {
                Value::Row(at) => {
                    let direct = matches!(program.expr(*row).kind, ExprKind::Row(0));
                    (Listed::Related(*via), at, direct)
                }
                Value::Absent => return self.nothing_listed(body, None),
                Value::Unsettled(why) => return self.nothing_listed(body, Some(why)),
                _ => return Value::Left,
            },
            _ => return Value::Left,
        };
        let Some((year, day)) = self.when_listed(body, scope) else {
            return self.leave("逐行年度或法律日的相关行");
        };
        let key = (id, year, day);
        let stage = match self.stage_ids.get(&key) {
            Some(stage) => *stage,
            None => {
                let stage = self.stage(over, body, scope, (year, day), direct);
                let stage = stage.map(|stage| {
                    self.stages.push(stage);
                    self.stages.len() - 1
                });
                self.stage_ids.insert(key, stage);
                stage
            }
        };
        match stage {
            Some(stage) => self.listed(stage, &at, body),
            None => Value::Left,
        }
    }

    /// The year and the day of the law by which rows are asked, where they are the same for all rows that list them, or
    /// make no difference.
    fn when_listed(&self, body: &Body, scope: &Scope) -> Option<(i16, Date)> {
        let needs = || {
            let expressions = body.filter.into_iter().chain(body.value);
            self.program.needs_of_expressions(expressions)
        };
        let year = match scope.year {
            Year::Fixed(year) => year,
            Year::Lane(..) if needs().of_year() => return None,
            Year::Lane(..) => self.year,
        };
        let day = match scope.day {
            Day::Fixed(day) => day,
            Day::Lane(..) if !self.program.days_of_change([], &needs()).is_empty() => return None,
            Day::Lane(..) => self.today,
        };
        Some((year, day))
    }

    fn stage(
        &mut self,
        over: Listed,
        body: &Body,
        scope: &Scope,
        (year, day): (i16, Date),
        direct: bool,
    ) -> Option<ListStage> {
        let subject = match over {
            Listed::Related(via) => via.subject,
            Listed::All(subject) => subject,
        };
        let listing = self.columns.listing(over);
        let Some(mut listing) = listing.filter(|_| self.columns.folds(body.function)) else {
            self.leave("相关行的合计、计数、存在");
            return None;
        };
        if let (Listed::All(_), Some(of)) = (over, self.subject) {
            listing.parents = self.columns.listing(Listed::All(of))?.rows;
        }
        let mut inner = Lowering::new(self.program, self.columns, self.year, self.today);
        let inside = Scope {
            row: Some(inner.base(subject)),
            around: inner.around(over, scope, direct),
            day: Day::Fixed(day),
            year: Year::Fixed(year),
            original: scope.original.as_ref().map(|_| Value::Left),
        };
        let belongs = match body.filter {
            None => inner.graph.everywhere(true),
            Some(filter) => {
                let filter = inner.expr(filter, &inside);
                inner.truth(&filter)
            }
        };
        let value = body.value.map(|value| inner.expr(value, &inside));
        let item = match value {
            None => None,
            Some(value) => Some(inner.item(&value, body.function)?),
        };
        let (item, why) = item.map_or((None, Why::default()), |(item, why)| (Some(item), why));
        let whys = [&belongs.why, &why].map(|why| whys_open([(why, true)], &inner.unknowns));
        self.left.extend(inner.left);
        Some(ListStage {
            over,
            function: body.function,
            listing,
            graph: inner.graph,
            inputs: inner.inputs,
            stages: inner.stages,
            signed: body
                .value
                .is_some_and(|value| self.program.may_be_negative(value)),
            belongs: [belongs.yes, belongs.no, belongs.open],
            item,
            whys,
        })
    }

    /// The rows around a listed row: the one that lists it, and those around that one.
    fn around(&mut self, over: Listed, scope: &Scope, direct: bool) -> Rc<[RowAt]> {
        let (Listed::Related(via), true, Some(row)) = (over, direct, &scope.row) else {
            return Rc::default();
        };
        let marks = self.graph.known_marks();
        // The path of the row itself leads from the row of the plan; from a listed row it is one step.
        let own = RowAt {
            path: Rc::new(vec![(via, None)]),
            subject: row.subject,
            marks: marks.clone(),
        };
        let outer = scope.around.iter().filter(|_| row.path.is_empty()).map(|outer| {
            let mut path = vec![(via, None)];
            path.extend(outer.path.iter().copied());
            RowAt {
                path: Rc::new(path),
                subject: outer.subject,
                marks: marks.clone(),
            }
        });
        [own].into_iter().chain(outer).collect()
    }

    /// The value of a listed row as nodes; none when it is left everywhere.
    fn item(&mut self, value: &Value, function: Aggregate) -> Option<(ItemNodes, Why)> {
        if matches!(function, Aggregate::Count | Aggregate::Exists) {
            // Whether there is a value at all is asked, not which.
            let marks = self.marks(value);
            let zero = self.graph.constant(0);
            let (item, _) = self.item_of_marks(zero, &marks, Meaning::Number(integer(1)));
            return Some((item, Why::default()));
        }
        if let Value::Code(code) = value {
            let extreme = matches!(function, Aggregate::Maximum | Aggregate::Minimum);
            let meaning = match &code.kind {
                Kind::Date => Meaning::Date,
                Kind::Year => Meaning::Year,
                Kind::Enumeration(_) | Kind::Text(_) => return None,
            };
            return extreme.then(|| self.item_of_marks(code.value, &code.marks, meaning));
        }
        if !matches!(value, Value::Number(_) | Value::Absent) {
            return None;
        }
        let number = self.number(value);
        let span = self.graph.span(&number);
        if span.over.is_some() || !number.scale.is_positive() {
            self.leave("相关行的商");
            return None;
        }
        let item = ItemNodes {
            low: span.low,
            high: span.high,
            no_low: span.no_low,
            no_high: span.no_high,
            here: span.here,
            absent: number.absent,
            open: span.open,
            meaning: Meaning::Number(number.scale),
        };
        Some((item, span.why))
    }

    fn item_of_marks(&mut self, value: NodeId, marks: &Marks, meaning: Meaning) -> (ItemNodes, Why) {
        let item = ItemNodes {
            low: value,
            high: value,
            no_low: marks.open,
            no_high: marks.open,
            here: self.graph.or(marks.known, marks.open),
            absent: marks.absent,
            open: marks.open,
            meaning,
        };
        (item, marks.why.clone())
    }

    /// What nothing comes to; or, where it is open which rows are listed, what any rows may come to.
    fn nothing_listed(&mut self, body: &Body, why: Option<Why>) -> Value {
        let signed = body
            .value
            .is_some_and(|value| self.program.may_be_negative(value));
        match (body.function, why) {
            (Aggregate::Exists, None) => Value::Truth(self.graph.everywhere(false)),
            (Aggregate::Exists, Some(why)) => Value::Truth(self.graph.open_truth(why)),
            (Aggregate::Sum | Aggregate::Count, None) => Value::Number(self.graph.exact(&integer(0))),
            (Aggregate::Count, Some(why)) => Value::Number(self.graph.open_number(false, why)),
            (Aggregate::Sum | Aggregate::Mean, Some(why)) => {
                Value::Number(self.graph.open_number(signed, why))
            }
            (Aggregate::Maximum | Aggregate::Minimum | Aggregate::Mean, None) => Value::Absent,
            (Aggregate::Maximum | Aggregate::Minimum, Some(why)) => Value::Unsettled(why),
        }
    }

    /// What a stage made of the rows that a row lists.
    fn listed(&mut self, stage: usize, at: &RowAt, body: &Body) -> Value {
        let columns = self.columns;
        let step = |(field, year): &(_, _)| columns.column(*field, *year).is_none();
        if at.path.iter().any(step) {
            return Value::Left;
        }
        let input = |this: &mut Self, lane: Lane| {
            this.input(Reading::Folded(FoldedInput {
                path: at.path.to_vec(),
                stage,
                lane,
            }))
        };
        let (value, open) = (input(self, Lane::Value), input(self, Lane::Open));
        let marks = self.listed_marks(stage, at, value, open);
        let listed = match (body.function, self.stages[stage].meaning()) {
            (Aggregate::Exists, _) => {
                let yes = self.graph.flag(value, Flag::True);
                Value::Truth(Truth {
                    yes,
                    no: self.graph.and_not(marks.known, yes),
                    absent: self.graph.never(),
                    open: marks.open,
                    why: marks.why,
                })
            }
            (_, Meaning::Number(scale)) => {
                let lanes = [Lane::Low, Lane::High, Lane::Over].map(|lane| input(self, lane));
                let number = self.listed_number(stage, (value, lanes), marks, scale);
                self.fitting(number)
            }
            (_, meaning) => {
                let kind = match meaning {
                    Meaning::Date => Kind::Date,
                    _ => Kind::Year,
                };
                let (low, high) = self.stages[stage].bounds();
                match self.graph.load(value, low, high) {
                    Ok(value) => Value::Code(Code { value, kind, marks }),
                    Err(NeedsWide) => Value::Left,
                }
            }
        };
        self.where_listed(listed, at, body)
    }

    /// Where what a stage made is known, 无 and open.
    fn listed_marks(&mut self, stage: usize, at: &RowAt, value: InputId, open: InputId) -> Marks {
        let unknown = self.unknown(Unknown::Listed(ListedUnknown {
            path: at.path.to_vec(),
            stage,
        }));
        // 合计, 计数 and 存在 of nothing are something.
        let function = self.stages[stage].function;
        let absent = match function {
            Aggregate::Sum | Aggregate::Count | Aggregate::Exists => self.graph.never(),
            Aggregate::Mean | Aggregate::Maximum | Aggregate::Minimum => self.graph.flag(value, Flag::Absent),
        };
        let open = match self.stages[stage].may_be_open() {
            true => self.graph.flag(open, Flag::True),
            false => self.graph.never(),
        };
        Marks {
            known: self.graph.flag(value, Flag::Known),
            // A way that ends in 无 is no list.
            absent: self.graph.and(absent, at.marks.known),
            open,
            why: match self.graph.is_never(open) {
                true => Why::default(),
                false => Why::one(unknown, open),
            },
        }
    }

    fn listed_number(
        &mut self,
        stage: usize,
        (value, [low, high, over]): (InputId, [InputId; 3]),
        marks: Marks,
        scale: jiufen_quantity::Exact,
    ) -> Result<Number, NeedsWide> {
        let bounds = self.stages[stage].bounds();
        let mut load = |id: InputId| self.graph.load(id, bounds.0, bounds.1);
        let (value, low_end, high_end) = (load(value)?, load(low)?, load(high)?);
        let over = match self.stages[stage].function {
            Aggregate::Mean => {
                let most = i64::try_from(self.stages[stage].listing.most).map_err(|_| NeedsWide)?;
                let count = self.graph.load(over, 1, most.max(1))?;
                let one = self.graph.constant(1);
                Some(self.graph.larger(count, one))
            }
            _ => None,
        };
        let span = match self.graph.is_never(marks.open) {
            true => None,
            false => {
                let [no_low, no_high] = [low, high].map(|end| {
                    let there = self.graph.flag(end, Flag::Known);
                    self.graph.and_not(marks.open, there)
                });
                Some(Rc::new(Span {
                    low: low_end,
                    high: high_end,
                    over,
                    no_low,
                    no_high,
                    here: self.graph.or(marks.known, marks.open),
                    open: marks.open,
                    why: marks.why,
                }))
            }
        };
        Ok(Number {
            value,
            over,
            scale,
            known: marks.known,
            absent: marks.absent,
            span,
        })
    }

    /// What is listed for a row, where there is the row: without one nothing is listed.
    fn where_listed(&mut self, listed: Value, at: &RowAt, body: &Body) -> Value {
        if self.graph.truth_of(at.marks.known) == Some(true) {
            return listed;
        }
        let of = |yes: NodeId, this: &mut Self| Truth {
            yes,
            no: this.graph.not(yes),
            ..this.graph.left_truth()
        };
        let (known, open) = (of(at.marks.known, self), of(at.marks.open, self));
        let any = self.nothing_listed(body, Some(at.marks.why.clone()));
        let none = self.nothing_listed(body, None);
        self.choose(&[(known, listed), (open, any)], Otherwise::Value(none))
    }
}
