//! The algebra of types: what can stand together, and what a sum, product or quotient is.

use crate::program::{Operator, Type};

/// Whether a value of type `found` can stand where `expected` is demanded.
pub(in crate::check) fn assignable(expected: &Type, found: &Type) -> bool {
    match (expected, found) {
        (Type::Unknown, _) | (_, Type::Unknown) => true,
        (Type::Rate, Type::Number) | (Type::Number, Type::Rate) => true,
        (Type::Quantity { dimension: a, .. }, Type::Quantity { dimension: b, .. }) => a == b,
        (Type::Candidates(a), b) | (b, Type::Candidates(a)) => **a == *b,
        (a, b) => a == b,
    }
}

/// Whether two values can be compared.
pub(in crate::check) fn comparable(left: &Type, right: &Type) -> bool {
    match (left, right) {
        (Type::Geometry, _) | (Type::Rows(_), _) | (Type::Series(_), _) => false,
        (a, b) => assignable(a, b),
    }
}

/// Type of a sum or difference; `None` when there is none.
pub(in crate::check) fn sum_type(operator: Operator, left: &Type, right: &Type) -> Option<Type> {
    let subtract = operator == Operator::Subtract;
    match (left, right) {
        (Type::Rate, Type::Points) => Some(Type::Rate),
        (Type::Points, Type::Rate) if !subtract => Some(Type::Rate),
        (Type::Rate, Type::Rate) => Some(if subtract { Type::Points } else { Type::Rate }),
        (Type::Number, Type::Rate) | (Type::Rate, Type::Number) => Some(Type::Number),
        (Type::Year, Type::Number) => Some(Type::Year),
        (Type::Number, Type::Year) if !subtract => Some(Type::Year),
        (Type::Year, Type::Year) if subtract => Some(Type::Number),
        (Type::Year, Type::Quantity { dimension, .. }) if is_years(dimension) => Some(Type::Year),
        (Type::Quantity { dimension: a, floor }, Type::Quantity { dimension: b, .. }) if a == b => {
            Some(Type::Quantity {
                dimension: a.clone(),
                floor: *floor,
            })
        }
        (Type::Number, Type::Number) => Some(Type::Number),
        (Type::Points, Type::Points) => Some(Type::Points),
        _ => None,
    }
}

fn is_years(dimension: &jiufen_quantity::Dimension) -> bool {
    *dimension == jiufen_quantity::Dimension::of(jiufen_quantity::Base::Year, 1)
}

/// Type of a product; `None` when there is none.
pub(in crate::check) fn product_type(left: &Type, right: &Type) -> Option<Type> {
    match (left, right) {
        (Type::Number, other) | (other, Type::Number) if other.is_numeric() => Some(other.clone()),
        (Type::Rate, Type::Rate) => Some(Type::Rate),
        (Type::Rate, Type::Points) | (Type::Points, Type::Rate) => Some(Type::Points),
        (Type::Rate, Type::Quantity { dimension, .. }) | (Type::Quantity { dimension, .. }, Type::Rate) => {
            Some(Type::Quantity {
                dimension: dimension.clone(),
                floor: false,
            })
        }
        (Type::Quantity { dimension: a, .. }, Type::Quantity { dimension: b, .. }) => {
            Some(of_dimension(a.times(b)))
        }
        _ => None,
    }
}

/// Type of a quotient; `None` when there is none.
pub(in crate::check) fn quotient_type(left: &Type, right: &Type) -> Option<Type> {
    match (left, right) {
        (Type::Number, Type::Number) => Some(Type::Number),
        (Type::Rate | Type::Points, Type::Rate | Type::Points) => Some(Type::Rate),
        (other, Type::Number) if other.is_numeric() => Some(other.clone()),
        (Type::Number, Type::Rate) => Some(Type::Number),
        (Type::Quantity { dimension, .. }, Type::Rate) => Some(Type::Quantity {
            dimension: dimension.clone(),
            floor: false,
        }),
        (Type::Quantity { dimension: a, .. }, Type::Quantity { dimension: b, .. }) => match a == b {
            true => Some(Type::Rate),
            false => Some(of_dimension(a.per(b))),
        },
        (Type::Number, Type::Quantity { dimension, .. }) => {
            Some(of_dimension(jiufen_quantity::Dimension::none().per(dimension)))
        }
        _ => None,
    }
}

fn of_dimension(dimension: jiufen_quantity::Dimension) -> Type {
    if dimension.is_none() {
        Type::Number
    } else {
        Type::Quantity {
            dimension,
            floor: false,
        }
    }
}
