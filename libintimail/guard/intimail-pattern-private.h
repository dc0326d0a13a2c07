/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The patterns of one service, from a file that carries its own examples.
 */

#pragma once

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <gio/gio.h>

#include "guard/intimail-guard-event-private.h"
#include "guard/intimail-literals-private.h"

G_BEGIN_DECLS

#define INTIMAIL_PATTERN_MAX_FILE (256 * 1024u)
#define INTIMAIL_PATTERN_MAX_PER_SERVICE 64u
#define INTIMAIL_PATTERN_MAX_EXPRESSION 4096u

typedef enum
{
  INTIMAIL_PATTERN_EVENT,    /* a failure */
  INTIMAIL_PATTERN_REMEMBER, /* says whose process or connection this is */
  INTIMAIL_PATTERN_HOLD,     /* a failure if another account is tried, or the end tells so */
  INTIMAIL_PATTERN_SUCCESS,  /* somebody signed in */
  INTIMAIL_PATTERN_CLOSE,    /* the end: gives its address to a failure without one */
} IntimailPatternAction;

typedef struct
{
  char *name;
  guint line; /* where it begins in its file */
  IntimailPatternAction action;
  IntimailGuardKind kind;
  double weight;
  gboolean aggressive;
  char **contains;
  char *expression; /* until it is compiled */
  pcre2_code *code; /* NULL: not yet */
  guint n_tried; /* times, until it is compiled for the processor */
  guint address; /* groups; 0: there is none */
  guint account;
  guint session;
  guint password;
  guint time;
} IntimailPattern;

typedef struct
{
  char *line;
  char *address; /* NULL: nothing may come of it */
  char *pattern;
  guint number; /* of its line in the file */
  gboolean aggressive;
} IntimailPatternExample;

typedef struct
{
  char *path;
  char *service;
  GPtrArray *programs; /* GPatternSpec */
  GPtrArray *patterns;
  GPtrArray *examples;
  IntimailLiterals *literals;
  gboolean is_wanted;
} IntimailPatternFile;

/* INVALID_ARGUMENT with the file and the line of what cannot be right. Expressions of a
 * file of ours are known to be right, and are not compiled yet. */
IntimailPatternFile *intimail_pattern_file_parse (const char *text,
                                                  gsize length,
                                                  const char *path,
                                                  gboolean is_ours,
                                                  GError **error);

void intimail_pattern_file_free (IntimailPatternFile *self);

/* Does nothing the second time. INVALID_ARGUMENT when the expression is none. */
gboolean intimail_pattern_compile (IntimailPattern *self,
                                   GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IntimailPatternFile, intimail_pattern_file_free)

G_END_DECLS
