/*
 * sh: from characters to a tree. The tree has everything in it that can be known before the
 * command runs: also what is quoted, and what stands between the parentheses of $( ).
 */
#ifndef LIMEN_USER_SH_SYNTAX_H
#define LIMEN_USER_SH_SYNTAX_H

#include "user/sh/sh.h"

/* ---- the tree ---- */

enum part_kind {
    PART_TEXT,
    PART_PARAMETER,  /* $NAME, ${NAME} and ${NAME operation WORD} */
    PART_COMMAND,    /* $(...) and `...` */
    PART_ARITHMETIC, /* $((...)) */
};

enum parameter_operation {
    PARAMETER_PLAIN,
    PARAMETER_LENGTH,         /* ${#NAME} */
    PARAMETER_DEFAULT,        /* ${NAME-WORD} */
    PARAMETER_ASSIGN,         /* ${NAME=WORD} */
    PARAMETER_ERROR,          /* ${NAME?WORD} */
    PARAMETER_ALTERNATIVE,    /* ${NAME+WORD} */
    PARAMETER_PREFIX,         /* ${NAME#WORD} */
    PARAMETER_PREFIX_LONGEST, /* ${NAME##WORD} */
    PARAMETER_SUFFIX,         /* ${NAME%WORD} */
    PARAMETER_SUFFIX_LONGEST, /* ${NAME%%WORD} */
};

/* A piece of a word. The word `a"b$c"` has three. */
struct part {
    struct part *next;
    enum part_kind kind;
    bool quoted;      /* the field is not split here, and nothing in it is a pattern */
    const char *text; /* or the parameter's name */
    enum parameter_operation operation;
    bool or_null;      /* ${NAME:-WORD}: an empty value counts as none */
    struct part *word; /* of an operation; the sum of $((...)) */
    struct node *command;
};

struct word {
    struct word *next;
    struct part *parts;
};

struct assignment {
    struct assignment *next;
    const char *name;
    struct part *value;
};

enum redirection_kind {
    REDIRECT_READ,       /* <  */
    REDIRECT_WRITE,      /* >  */
    REDIRECT_APPEND,     /* >> */
    REDIRECT_READ_WRITE, /* <> */
    REDIRECT_CLOBBER,    /* >| */
    REDIRECT_COPY,       /* <& and >& */
    REDIRECT_DOCUMENT,   /* << and <<- */
};

struct redirection {
    struct redirection *next;
    enum redirection_kind kind;
    int fd;
    struct part *target; /* of a here-document, its text */
};

enum node_kind {
    NODE_SIMPLE,
    NODE_PIPELINE,
    NODE_NOT,
    NODE_AND,
    NODE_OR,
    NODE_SEQUENCE,
    NODE_BACKGROUND,
    NODE_SUBSHELL,
    NODE_GROUP,
    NODE_IF,
    NODE_WHILE,
    NODE_UNTIL,
    NODE_FOR,
    NODE_CASE,
    NODE_FUNCTION,
};

/* One arm of a case. */
struct arm {
    struct arm *next;
    struct word *patterns;
    struct node *body; /* NULL: nothing to run */
};

/* What one complete command was read into. A function keeps the tree that it is part of. */
struct tree {
    struct arena arena;
    struct text script; /* the characters, so that a job can be told by its command */
    unsigned references;
};

struct node {
    enum node_kind kind;
    unsigned line;
    struct tree *tree;
    size_t begin, end; /* in the tree's script */
    struct node *next; /* the following member of a pipeline */
    struct redirection *redirections;
    union {
        struct {
            struct assignment *assignments;
            struct word *words;
        } simple;
        struct {
            struct node *members;
        } pipeline;
        struct {
            struct node *left, *right;
        } pair; /* and, or, sequence: RIGHT may be NULL in a sequence */
        struct {
            struct node *body;
        } single; /* not, background, subshell, group */
        struct {
            struct node *condition, *body, *otherwise;
        } branch; /* if, while, until: OTHERWISE may be NULL */
        struct {
            const char *name;
            bool has_words; /* without `in` it goes through "$@" */
            struct word *words;
            struct node *body;
        } loop; /* for */
        struct {
            struct part *word;
            struct arm *arms;
        } choice; /* case */
        struct {
            const char *name;
            struct node *body;
        } function;
    };
};

struct tree *tree_make(void);
void tree_release(struct tree *tree);

/* ---- source.c ---- */

enum {
    SOURCE_END = -1,
    SOURCE_CHUNK_BYTES = 4096
};

/* Text that is read before what follows in a source: the meaning of an alias. */
struct inset {
    struct inset *outer;
    struct inset *read;     /* those that ended with the word that the alias stands for */
    struct alias *alias;    /* not looked at again in its own meaning */
    const char *next, *end; /* of what it stands in */
};

struct source {
    struct shell *sh;
    int fd;                    /* where more comes from; -1: the text is all there is */
    size_t chunk_bytes;        /* the most that one read(2) may take */
    char *buffer;              /* if more comes from somewhere */
    const char *next, *end;    /* what has been read and not taken */
    struct inset *insets;      /* the innermost first */
    struct inset *read_insets; /* read to their ends by the token at hand */
    struct text *script;       /* where all that is taken is kept, or NULL */
    unsigned line;
    bool prompting;    /* a terminal: ask before each line */
    bool continuing;   /* in the middle of a command: ask by PS2 */
    bool line_pending; /* in the middle of a line: don't ask */
    bool ended;        /* a terminal says so once, and would then be asked for more */
};

void source_open_text(struct source *source, struct shell *sh, const char *text);
void source_open_fd(struct source *source, struct shell *sh, int fd);
void source_close(struct source *source);
/* Forgets all that has been read and not taken. */
void source_forget(struct source *source);
/* A new command begins: at the end of a terminal's input, there may be one more. */
void source_begin_command(struct source *source, struct tree *tree);
/* Reads the meaning of ALIAS before what follows. INSET lives until it has been read. */
void source_inset(struct source *source, struct inset *inset, struct alias *alias);
/*
 * A token begins: the aliases whose meanings have been read are free to be used again. Returns
 * whether one of these ended with a blank, so that the next word may be an alias too.
 */
bool source_release_aliases(struct source *source);
/* The next character (AHEAD 0), or the one after it (1); SOURCE_END where there is none. */
int source_peek(struct source *source, size_t ahead);
int source_take(struct source *source);
/* Forgets what is left of a line that is in error. */
void source_skip_line(struct source *source);

/* ---- alias.c ---- */

struct alias {
    struct alias *next; /* by name */
    char *name, *value;
    bool in_use;  /* its meaning is being read */
    bool removed; /* meanwhile: freed when it has been */
};

struct alias *alias_find(const struct shell *sh, const char *name);
/* The meaning of ALIAS has been read. */
void alias_release(struct alias *alias);
int run_alias(struct shell *sh, char **arguments);
int run_unalias(struct shell *sh, char **arguments);

/* ---- lex.c ---- */

enum token_kind {
    TOKEN_END,
    TOKEN_ERROR, /* reported already */
    TOKEN_NEWLINE,
    TOKEN_WORD,
    TOKEN_NUMBER, /* the digit before < or > */
    TOKEN_AND,
    TOKEN_OR,
    TOKEN_SEMICOLON,
    TOKEN_ARM_END, /* ;; */
    TOKEN_BACKGROUND,
    TOKEN_PIPE,
    TOKEN_OPEN,
    TOKEN_CLOSE,
    TOKEN_LESS,
    TOKEN_GREAT,
    TOKEN_APPEND,
    TOKEN_READ_WRITE,
    TOKEN_CLOBBER,
    TOKEN_LESS_AND,
    TOKEN_GREAT_AND,
    TOKEN_DOCUMENT,
    TOKEN_DOCUMENT_TABS, /* <<- */
};

struct token {
    enum token_kind kind;
    const char *text;   /* an operator as written, or what to call it */
    struct part *parts; /* of a word */
    size_t begin, end;  /* in the script */
    bool after_alias;   /* whose meaning ends with a blank */
};

/* A here-document whose text begins after the next newline. */
struct document {
    struct document *next;
    struct redirection *redirection;
    const char *delimiter;
    bool quoted; /* its text is taken as it is */
    bool strips_tabs;
};

struct lexer {
    struct source *source;
    struct tree *tree;
    struct token token; /* the one that lexer_peek has read ahead */
    bool peeked;
    size_t end; /* of the last token that was taken, in the script */
    struct document *documents;
};

const struct token *lexer_peek(struct lexer *lexer);
struct token lexer_take(struct lexer *lexer);
void lexer_error(const struct lexer *lexer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The next character. A backslash and a newline together are none (POSIX, "Escape Character"). */
int lexer_char_peek(struct lexer *lexer);
int lexer_char_take(struct lexer *lexer);
/* REDIRECTION is to have the lines as its text that follow, up to DELIMITER. */
bool document_expect(struct lexer *lexer, struct redirection *redirection, struct part *delimiter,
                     bool strips_tabs);
/* If the word is plain characters, without quotes, these; else NULL. */
const char *word_literal(const struct part *parts);

/* ---- word.c ---- */

/* Reads a word; false after an error, which has been reported. */
bool word_read(struct lexer *lexer, struct part **parts);
/* The parts of the text of a here-document; and of a prompt, which is expanded like one. */
bool document_parse(struct shell *sh, struct tree *tree, const char *text, unsigned line,
                    struct part **parts);
struct part *part_make(struct lexer *lexer, enum part_kind kind, bool quoted);

/* ---- parse.c ---- */

enum parse_result {
    PARSE_COMMAND,
    PARSE_END,
    PARSE_ERROR
};

/* Reads one complete command, up to its newline, into *NODE (NULL for an empty line). */
enum parse_result parse_command(struct lexer *lexer, struct node **node);
/* Reads the commands up to the parenthesis of $( ), or up to the end. */
bool parse_substitution(struct lexer *lexer, bool parenthesized, struct node **node);
bool is_reserved(const char *text);

#endif
