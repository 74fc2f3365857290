//! The kinds of tokens and nodes of the tree.

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident,)*) => {
        /// A kind of token (leaf) or node of the tree.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u16)]
        #[expect(missing_docs, non_camel_case_types, reason = "the names are the field's nouns, in rowan's custom")]
        pub enum SyntaxKind {
            $($(#[$doc])* $kind,)*
        }

        const KINDS: &[SyntaxKind] = &[$(SyntaxKind::$kind,)*];
    };
}

kinds! {
    // Trivia: kept in the tree, without meaning.
    WHITESPACE,
    NEWLINE,
    COMMENT,
    /// `。` or `;` at the end of a line.
    STOP,

    // Names and values.
    IDENT,
    /// `「…」` or `【…】`, with its marks.
    QUOTED,
    /// The free words after 例.
    TEXT,
    NUMBER,
    UNIT,
    YEAR,
    DATE,
    STRING,
    /// `近3年`.
    PERIOD_WORD,
    UNEXPECTED,

    // Words of the language, told apart by where they stand.
    BLOCK_WORD,
    LINE_WORD,
    RESERVED_WORD,
    OPTION_WORD,
    FUNCTION_WORD,

    // Marks.
    COLON,
    COMMA,
    DOT,
    L_PAREN,
    R_PAREN,
    L_BRACKET,
    R_BRACKET,
    L_BRACE,
    R_BRACE,
    PIPE,
    PLUS,
    MINUS,
    TIMES,
    DIVIDE,
    /// `/` outside a unit.
    SLASH,
    EQ,
    NE,
    GE,
    LE,
    GT,
    LT,

    // Blocks.
    ROOT,
    SUBJECT,
    EVENT,
    ENUM,
    PARAM,
    DEFINE,
    TABLE,
    GRANT,
    VERDICT,
    RANK,
    GROUP,
    ACCOUNT,
    POST,
    EXCEPT,
    AMEND,
    TARGET,
    CASE,
    UNKNOWN_BLOCK,

    // Lines.
    FIELD_LINE,
    FROM_LINE,
    VALUE_LINE,
    CASES_LINE,
    EACH_LINE,
    PAY_TO_LINE,
    AS_OF_LINE,
    BASIS_LINE,
    WHEN_LINE,
    AMOUNT_LINE,
    CAP_LINE,
    AT_MOST_LINE,
    STAGES_LINE,
    GROUP_LINE,
    FUND_LINE,
    DELIVERY_LINE,
    ATTACH_LINE,
    CITE_LINE,
    MODE_LINE,
    KEY_LINE,
    COUNTING_LINE,
    ORDER_LINE,
    WEIGHT_LINE,
    VETO_LINE,
    TIER_LINE,
    CREDIT_LINE,
    DEBIT_LINE,
    QUOTA_LINE,
    OVER_LINE,
    WITHIN_LINE,
    RESULT_LINE,
    PACE_LINE,
    REPEAL_LINE,
    YEAR_LINE,
    DATE_LINE,
    GIVEN_LINE,
    EXPECT_LINE,
    BEFORE_LINE,
    CONTINUES_LINE,
    SPANNING_LINE,
    LOADED_FROM_LINE,
    UNKNOWN_LINE,

    // Parts of lines.
    NAME,
    TYPE,
    /// `缺则 …`.
    IF_MISSING,
    /// `= alias` of a field.
    ALIAS,
    /// `附 "…" 或 "…"`, `依据 "…"`.
    NOTE,
    /// `- condition: value`.
    ARM,
    /// `待选 {…}` of a key.
    TO_CHOOSE,
    ROWS,
    HEADER_ROW,
    HEADER_CELL,
    ROW,
    CELL,
    FACT,
    OUTCOME,
    /// `给 …`, `并入 …`, `待到账`, `未公布`, `待选` after an expected value.
    QUALIFIER,
    /// What could not be read.
    ERROR,

    // Expressions.
    LITERAL,
    PATH,
    SEGMENT,
    PERIOD,
    ARG,
    PAREN,
    UNARY,
    BINARY,
    COMPARE,
    LOGIC,
    NOT,
    IN,
    SET,
    INTERVAL,
    /// `全部` or `任一` with its items.
    LIST,
    LIST_ITEM,
}

impl SyntaxKind {
    /// Whether the token carries no meaning.
    pub fn is_trivia(self) -> bool {
        self <= SyntaxKind::STOP
    }

    /// Whether the token is a comparison.
    pub fn is_comparison(self) -> bool {
        (SyntaxKind::EQ..=SyntaxKind::LT).contains(&self)
    }

    /// Whether the token is a word that was given a meaning by its place.
    pub fn is_word(self) -> bool {
        (SyntaxKind::BLOCK_WORD..=SyntaxKind::FUNCTION_WORD).contains(&self)
    }

    /// Whether the node is a block.
    pub fn is_block(self) -> bool {
        (SyntaxKind::SUBJECT..=SyntaxKind::UNKNOWN_BLOCK).contains(&self)
    }

    /// Whether the node is a line of a block.
    pub fn is_line(self) -> bool {
        (SyntaxKind::FIELD_LINE..=SyntaxKind::UNKNOWN_LINE).contains(&self)
    }
}

/// The tree's language, for rowan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Jiufen {}

impl rowan::Language for Jiufen {
    type Kind = SyntaxKind;

    fn kind_from_raw(raw: rowan::SyntaxKind) -> SyntaxKind {
        KINDS.get(raw.0 as usize).copied().unwrap_or(SyntaxKind::ERROR)
    }

    fn kind_to_raw(kind: SyntaxKind) -> rowan::SyntaxKind {
        rowan::SyntaxKind(kind as u16)
    }
}

/// A node of the tree.
pub type SyntaxNode = rowan::SyntaxNode<Jiufen>;
/// A token of the tree.
pub type SyntaxToken = rowan::SyntaxToken<Jiufen>;
/// A node or a token.
pub type SyntaxElement = rowan::SyntaxElement<Jiufen>;
