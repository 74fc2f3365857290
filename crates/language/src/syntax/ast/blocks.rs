//! Views of the fence and its blocks.

use rowan::TextRange;
use smol_str::SmolStr;

use super::{AstNode, Expr, Line, Name, Path, Type, child, children, choice, has_option, nodes, token};
use crate::syntax::keywords::{BlockWord, OptionWord};
use crate::syntax::{SyntaxKind, SyntaxNode, text};

nodes! {
    /// A whole fence.
    Root = ROOT;
    /// `对象 名 [单位]`.
    Subject = SUBJECT;
    /// `事件 名`.
    Event = EVENT;
    /// `类别 名 [序]: 值, 值` or `类别 名 来自 表`.
    Enum = ENUM;
    /// `参数 名: 类型`.
    Param = PARAM;
    /// `定义 路径: 类型`.
    Define = DEFINE;
    /// `表 名`.
    Table = TABLE;
    /// `奖补 名`.
    Grant = GRANT;
    /// `判定 名`.
    Verdict = VERDICT;
    /// `评级 名`.
    Rank = RANK;
    /// `组合 名`.
    Group = GROUP;
    /// `账户 名`.
    Account = ACCOUNT;
    /// `记账 名`.
    Post = POST;
    /// `例外 名 对 路径`.
    Except = EXCEPT;
    /// `修订 路径`.
    Amend = AMEND;
    /// `目标 名`.
    Target = TARGET;
    /// `例 说明`.
    Case = CASE;
    /// A block whose first word is none of the sixteen.
    UnknownBlock = UNKNOWN_BLOCK;
}

choice! {
    /// Any block of a fence.
    Block {
        Subject(Subject),
        Event(Event),
        Enum(Enum),
        Param(Param),
        Define(Define),
        Table(Table),
        Grant(Grant),
        Verdict(Verdict),
        Rank(Rank),
        Group(Group),
        Account(Account),
        Post(Post),
        Except(Except),
        Amend(Amend),
        Target(Target),
        Case(Case),
        Unknown(UnknownBlock),
    }
}

impl Root {
    /// The view of a tree that the parser built.
    pub(crate) fn of(tree: SyntaxNode) -> Self {
        Self(tree)
    }

    /// The blocks in the order of the text.
    pub fn blocks(&self) -> impl Iterator<Item = Block> + use<> {
        children(self.syntax())
    }
}

impl Block {
    /// Which of the sixteen kinds of block it is.
    pub fn word(&self) -> Option<BlockWord> {
        let word = token(self.syntax(), SyntaxKind::BLOCK_WORD)?;
        BlockWord::lookup(&text::folded(word.text()))
    }

    /// The name in its header; a 定义 or 修订 has a path instead, a 例 has words.
    pub fn name(&self) -> Option<Name> {
        child(self.syntax())
    }

    /// The lines of its body.
    pub fn lines(&self) -> impl Iterator<Item = Line> + use<> {
        children(self.syntax())
    }

    /// The place of its first line: word and name.
    pub fn header_range(&self) -> TextRange {
        let mut range = TextRange::empty(self.range().start());
        for element in self.syntax().children_with_tokens() {
            let kind = element.kind();
            if kind.is_line() {
                break;
            }
            if !kind.is_trivia() {
                range = range.cover(element.text_range());
            }
        }
        range
    }
}

/// Accessors shared by blocks.
macro_rules! accessors {
    ($($view:ident: $($accessor:ident)*;)*) => {$(
        impl $view {
            /// The lines of its body.
            pub fn lines(&self) -> impl Iterator<Item = Line> + use<> {
                children(self.syntax())
            }
            $(accessors!(@ $accessor);)*
        }
    )*};
    (@ name) => {
        /// The name in its header.
        pub fn name(&self) -> Option<Name> {
            child(self.syntax())
        }
    };
    (@ path) => {
        /// The path in its header.
        pub fn path(&self) -> Option<Path> {
            child(self.syntax())
        }
    };
    (@ type_) => {
        /// The type in its header.
        pub fn type_(&self) -> Option<Type> {
            child(self.syntax())
        }
    };
}

accessors! {
    Subject: name;
    Event: name;
    Enum: name;
    Param: name type_;
    Define: path type_;
    Table: name;
    Grant: name;
    Verdict: name;
    Rank: name;
    Group: name;
    Account: name type_;
    Post: name;
    Except: name path;
    Amend: path;
    Target: name type_;
    Case: ;
    UnknownBlock: ;
}

impl Subject {
    /// The counter of the subject (`家`) and any further counters it declares.
    pub fn units(&self) -> impl Iterator<Item = Type> + use<> {
        children(self.syntax())
    }
}

impl Enum {
    /// The values written in the header, in order.
    pub fn values(&self) -> impl Iterator<Item = Name> + use<> {
        let colon = token(self.syntax(), SyntaxKind::COLON).map(|t| t.text_range().end());
        children::<Name>(self.syntax()).filter(move |n| colon.is_some_and(|at| n.range().start() >= at))
    }

    /// Whether `序` says that the values are ordered as written.
    pub fn is_ordered(&self) -> bool {
        has_option(self.syntax(), OptionWord::Ordered)
    }

    /// The table the values are loaded from, when `来自` stands in the header.
    pub fn loaded_from(&self) -> Option<Name> {
        super::after(self.syntax(), |t| {
            t.kind() == SyntaxKind::OPTION_WORD && super::option_of(t) == Some(OptionWord::LoadedFrom)
        })
    }
}

impl Except {
    /// The path after 对: what the exception gives another value to.
    pub fn target(&self) -> Option<Path> {
        self.path()
    }
}

impl Case {
    /// The words after 例.
    pub fn title(&self) -> SmolStr {
        token(self.syntax(), SyntaxKind::TEXT).map_or_else(SmolStr::default, |t| SmolStr::new(t.text()))
    }
}

impl Param {
    /// The values with their periods.
    pub fn dated(&self) -> impl Iterator<Item = super::FromLine> + use<> {
        children(self.syntax())
    }
}

impl Table {
    /// The versions with their periods and rows.
    pub fn versions(&self) -> impl Iterator<Item = super::FromLine> + use<> {
        children(self.syntax())
    }

    /// Rows that stand in the table without a period.
    pub fn rows(&self) -> Option<super::Rows> {
        child(self.syntax())
    }
}

impl Define {
    /// The value of a 定义 written `= expression`.
    pub fn value(&self) -> Option<Expr> {
        self.lines().find_map(|line| match line {
            Line::Value(line) => line.value(),
            _ => None,
        })
    }

    /// The cases of a 定义 written as a list.
    pub fn arms(&self) -> impl Iterator<Item = super::Arm> + use<> {
        self.lines()
            .filter_map(|line| match line {
                Line::Cases(line) => Some(line),
                _ => None,
            })
            .flat_map(|line| line.arms())
    }
}
