/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What a reader of mail makes of a message, in a form in which two readers can be
 * compared.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What is compared. */
typedef enum
{
  READING_FROM,
  READING_TO,
  READING_CC,
  READING_SUBJECT,
  READING_MESSAGE_ID,
  READING_DATE,
  READING_TREE,
  READING_CONTENT,
  READING_NAMES,
  READING_N_ITEMS
} ReadingItem;

/* A part that holds no others. */
typedef struct
{
  char *type;
  char *name;
  char *transfer; /* as the reader understood it; only of GMime's reading */
  GBytes *content;
} ReadingLeaf;

typedef struct
{
  GPtrArray *leaves; /* of ReadingLeaf */
  GString *tree;     /* a line for each part: its depth and its type */
  char *items[READING_N_ITEMS];
} Reading;

Reading *reading_new_with_gmime (GBytes *message);
Reading *reading_new_with_intimail (GBytes *message);
void reading_free (Reading *self);

/* For those who make one. */
Reading *reading_new (void);
void reading_append_address (GString *list,
                             const char *name,
                             const char *email);
void reading_append_part (Reading *self,
                          guint depth,
                          const char *type);
void reading_take_leaf (Reading *self,
                        const char *type,
                        const char *name,
                        const char *transfer,
                        GBytes *content);
void reading_finish (Reading *self);

/* Composed letters, one space for white space, no controls. */
char *reading_fold_text (const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Reading, reading_free)

G_END_DECLS
