//! Types and literals as people write them.

use jiufen_diagnostic::Lang;

use crate::program::{Literal, Program, Type};

/// A literal as it would be written: `15万元`, `5%`, `国际`.
pub fn literal(program: &Program, literal: &Literal, ty: &Type) -> String {
    crate::check::literal_words(program, literal, ty)
}

/// A type as messages name it.
pub fn type_name(program: &Program, ty: &Type, lang: Lang) -> String {
    let (zh, en) = crate::check::type_names(program, ty);
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}
