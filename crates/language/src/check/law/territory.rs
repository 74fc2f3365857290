//! Where a document holds (适用地区): said, where its rules could ask; asked, where it is said.

use jiufen_diagnostic::{Diagnostic, Span, catalogue::law};

use crate::check::{Checker, NATION};
use crate::program::{DocumentId, ExprId, SubjectId, Type};

/// A grant or verdict, as far as its territory goes.
struct Ruling<'p> {
    document: DocumentId,
    name: &'p str,
    each: SubjectId,
    of: Option<ExprId>,
    span: Span,
}

/// The provinces whose full name is more than 省 behind the short one (GB/T 2260), and the municipalities.
const OTHER_PROVINCES: [&str; 11] = [
    "北京市",
    "天津市",
    "上海市",
    "重庆市",
    "内蒙古自治区",
    "广西壮族自治区",
    "西藏自治区",
    "宁夏回族自治区",
    "新疆维吾尔自治区",
    "香港特别行政区",
    "澳门特别行政区",
];

/// Whether a territory begins with the full name of a province. Invented provinces end in 省 as the real ones do; of
/// names in other scripts nothing is known.
pub fn is_full_territory(territory: &str) -> bool {
    let chinese = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    if !territory.contains(chinese) {
        return true;
    }
    let province = territory.split_once('省').map(|(name, _)| name);
    OTHER_PROVINCES.iter().any(|name| territory.starts_with(name))
        || province.is_some_and(|name| !name.is_empty() && !name.contains(['市', '区', '县']))
}

fn not_in_full(territory: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&law::TERRITORY_NOT_IN_FULL, span).with("territory", territory)
}

impl Checker<'_> {
    pub(super) fn territories(&mut self) {
        let mut findings = Vec::new();
        let rulings = self.rulings();
        for (index, document) in self.documents.iter().enumerate() {
            let info = &self.program.documents[index];
            let mut own = rulings.iter().filter(|r| r.document.index() == index);
            if document.meta.territory.is_none() {
                let place = document.meta.title.as_ref().map_or(info.span, |t| t.span);
                let asking = own.find_map(|r| Some((r, self.subject_asked(r.of?)?)));
                if let Some((ruling, subject)) = asking {
                    let finding = Diagnostic::new(&law::TERRITORY_NOT_SAID, place)
                        .with("title", info.title.as_str())
                        .with("name", ruling.name)
                        .with("subject", subject);
                    findings.push(finding);
                }
                continue;
            }
            if info.territory == NATION[0] {
                continue;
            }
            if let Some(territory) = document
                .meta
                .territory
                .as_ref()
                .filter(|t| !is_full_territory(&t.value))
            {
                findings.push(not_in_full(&territory.value, territory.span));
            }
            for ruling in own.filter(|r| r.of.is_none()) {
                let finding = Diagnostic::new(&law::TERRITORY_NOT_ASKED, ruling.span)
                    .with("name", ruling.name)
                    .with("territory", info.territory.as_str())
                    .with("subject", self.program.subject(ruling.each).name.as_str());
                findings.push(finding);
            }
        }
        self.findings.extend(findings);
    }

    /// Grants and verdicts whose 每 is known.
    fn rulings(&self) -> Vec<Ruling<'_>> {
        let rules = self.program.rules.iter().map(|r| Ruling {
            document: r.document,
            name: &r.name,
            each: r.each,
            of: r.territory_of,
            span: r.span,
        });
        let read = self.program.verdicts.iter().filter(|v| !v.lines.is_empty());
        let verdicts = read.map(|v| Ruling {
            document: v.document,
            name: &v.name,
            each: v.each,
            of: v.territory_of,
            span: v.span,
        });
        // A body without 每 was reported; nothing is known of its rows.
        let known = |r: &Ruling| r.each.index() < self.program.subjects.len();
        rules.chain(verdicts).filter(known).collect()
    }

    fn subject_asked(&self, row: ExprId) -> Option<&str> {
        match self.ty(row) {
            Type::Row(subject) => Some(&self.program.subject(*subject).name),
            _ => None,
        }
    }
}
