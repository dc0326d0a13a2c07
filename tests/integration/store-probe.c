/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * For tests that hurt the disk: works on an account, and looks into accounts.
 *
 *   store-probe work ACCOUNT SEED N   does N things by chance, and says on standard
 *                                     output what is promised ("there NUMBER") and
 *                                     what it is about to remove ("going NUMBER")
 *   store-probe look                  reads paths of accounts, and says of each what
 *                                     is in it; "." ends an answer
 *
 * A message has a field X-Number, and is the same from there on wherever it lies.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <intimail/intimail.h>

#define FIELD "X-Number: "

/* How an index becomes worn: see wear(). */
#define WEAR_EVERY 50
#define N_LONG_WORDS 10
#define LONG_WORD 250
#define N_WEAR 60

/* Not printf(): a shim in between has to see each write. */
G_GNUC_PRINTF (1, 2)
static void
say (const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  if (write (STDOUT_FILENO, text, strlen (text)) != (gssize) strlen (text))
    exit (1);
}

static void
insist (gboolean ok, const char *what, const GError *error)
{
  if (ok)
    return;
  g_printerr ("store-probe: %s: %s\n", what, error != NULL ? error->message : "failed");
  exit (1);
}

/* --- work --- */

typedef struct
{
  IntimailAccount *account;
  GRand *chance;
  GPtrArray *ids;
  GArray *numbers;  /* of the messages, in the same order */
  GPtrArray *boxes; /* ids of mailboxes */
  guint n_delivered;
  guint n_made;
} Work;

static GBytes *
make_message (guint number)
{
  g_autoptr (GString) text = g_string_new (NULL);

  g_string_append_printf (text, FIELD "%u\nFrom: a@x.example\nSubject: %u\n\n", number, number);
  for (guint i = 0; i < number % 40; i++)
    g_string_append_printf (text, "line %u of %u\n", i, number);
  return g_string_free_to_bytes (g_steal_pointer (&text));
}

static const char *
choose_box (Work *self)
{
  return g_ptr_array_index (self->boxes, (guint) g_rand_int_range (self->chance, 0, (gint) self->boxes->len));
}

static void
deliver (Work *self)
{
  const char *const words[] = { "$seen", "errand", NULL };
  g_autoptr (GBytes) message = make_message (self->n_delivered);
  g_autoptr (GError) error = NULL;
  char *id = intimail_account_deliver (self->account, message, g_rand_boolean (self->chance) ? choose_box (self) : NULL,
                                       g_rand_int_range (self->chance, 0, 4) == 0 ? words : NULL, 0, NULL, &error);

  insist (id != NULL, "deliver", error);
  say ("there %u\n", self->n_delivered);
  g_ptr_array_add (self->ids, id);
  g_array_append_val (self->numbers, self->n_delivered);
  self->n_delivered++;
}

static void
make_box (Work *self)
{
  g_autofree char *name = g_strdup_printf ("box %u", self->n_made++);
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailMailbox) mailbox = intimail_account_create_mailbox (self->account, name, NULL, NULL, &error);

  insist (mailbox != NULL, "create", error);
  g_ptr_array_add (self->boxes, g_strdup (intimail_mailbox_get_id (mailbox)));
}

static void
rename_box (Work *self)
{
  const char *id = choose_box (self);
  g_autofree char *name = g_strdup_printf ("box %u", self->n_made++);
  g_autoptr (GError) error = NULL;

  insist (intimail_account_update_mailbox (self->account, id, name, NULL, INTIMAIL_MAILBOX_ROLE_NONE, 10, TRUE, NULL, &error), "rename", error);
}

static void
remove_one (Work *self, guint i)
{
  const char *const ids[] = { g_ptr_array_index (self->ids, i), NULL };
  g_autoptr (GError) error = NULL;

  say ("going %u\n", g_array_index (self->numbers, guint, i));
  insist (intimail_account_remove_messages (self->account, ids, NULL, &error), "remove", error);
  g_ptr_array_remove_index_fast (self->ids, i);
  g_array_remove_index_fast (self->numbers, i);
}

static void
change_one (Work *self)
{
  guint i = (guint) g_rand_int_range (self->chance, 0, (gint) self->ids->len);
  const char *const ids[] = { g_ptr_array_index (self->ids, i), NULL };
  const char *const boxes[] = { choose_box (self), choose_box (self), NULL };
  const char *const one_box[] = { choose_box (self), NULL };
  const char *const words[] = { g_rand_boolean (self->chance) ? "$flagged" : "later", NULL };
  g_autoptr (GError) error = NULL;

  switch (g_rand_int_range (self->chance, 0, 8))
    {
    case 0:
    case 1:
      insist (intimail_account_set_keywords (self->account, ids, words, NULL, NULL, &error), "add a keyword", error);
      break;
    case 2:
      insist (intimail_account_set_keywords (self->account, ids, NULL, words, NULL, &error), "take a keyword away", error);
      break;
    case 3:
    case 4:
      insist (intimail_account_set_mailboxes (self->account, ids, boxes, NULL, &error), "copy", error);
      break;
    case 5:
    case 6:
      insist (intimail_account_set_mailboxes (self->account, ids, one_box, NULL, &error), "move", error);
      break;
    default:
      remove_one (self, i);
      break;
    }
}

/* Makes the index so worn that it is written anew: lines that are long and dead soon. */
static void
wear (Work *self)
{
  guint i = (guint) g_rand_int_range (self->chance, 0, (gint) self->ids->len);
  const char *const ids[] = { g_ptr_array_index (self->ids, i), NULL };
  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;

  for (char letter = 'a'; letter < 'a' + N_LONG_WORDS; letter++)
    g_ptr_array_add (words, g_strnfill (LONG_WORD, letter));
  g_ptr_array_add (words, NULL);
  for (guint round = 0; round < N_WEAR; round++)
    {
      const char *const *list = (const char *const *) words->pdata;

      insist (intimail_account_set_keywords (self->account, ids, round % 2 == 0 ? list : NULL, round % 2 == 0 ? NULL : list, NULL, &error), "wear", error);
    }
}

static void
work (const char *path, guint32 seed, guint n)
{
  Work self = { intimail_account_new (path), g_rand_new_with_seed (seed), g_ptr_array_new_with_free_func (g_free),
                g_array_new (FALSE, FALSE, sizeof (guint)), g_ptr_array_new_with_free_func (g_free), 0, 0 };

  make_box (&self);
  for (guint i = 0; i < n; i++)
    {
      gint what = g_rand_int_range (self.chance, 0, 20);

      if (i % WEAR_EVERY == WEAR_EVERY / 2 && self.ids->len > 0)
        wear (&self);
      if (self.ids->len < 3 || what < 6)
        deliver (&self);
      else if (what == 6)
        make_box (&self);
      else if (what == 7)
        rename_box (&self);
      else
        change_one (&self);
    }
  g_ptr_array_unref (self.boxes);
  g_array_unref (self.numbers);
  g_ptr_array_unref (self.ids);
  g_rand_free (self.chance);
  g_object_unref (self.account);
}

/* --- look --- */

static int
compare_words (gconstpointer a, gconstpointer b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

/* The order of mailboxes and keywords says nothing. */
static char *
join_sorted (const char *const *words)
{
  g_auto (GStrv) copy = g_strdupv ((GStrv) words);

  qsort (copy, g_strv_length (copy), sizeof *copy, compare_words);
  return g_strjoinv (" ", copy);
}

static char *
describe (IntimailAccount *account, IntimailEnvelope *envelope)
{
  const char *id = intimail_envelope_get_id (envelope);
  g_autofree char *boxes = join_sorted (intimail_envelope_get_mailbox_ids (envelope));
  g_autofree char *keywords = join_sorted (intimail_envelope_get_keywords (envelope));
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = intimail_account_load_message (account, id, &error);
  g_autofree char *sum = NULL;
  gsize size;
  const char *data;
  const char *start;

  insist (bytes != NULL, "read", error);
  data = g_bytes_get_data (bytes, &size);
  start = data != NULL ? memmem (data, size, FIELD, strlen (FIELD)) : NULL;
  sum = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *) (start != NULL ? start : ""), start != NULL ? size - (gsize) (start - data) : 0);
  return g_strdup_printf ("%s\t%s\t%s\t%s", id, sum, boxes, keywords);
}

static GPtrArray *
list (IntimailAccount *account)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (IntimailListing) listing = intimail_account_query (account, NULL, NULL, FALSE, NULL, &error);
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);

  insist (listing != NULL, "list", error);
  for (guint i = 0; i < intimail_listing_get_n_ids (listing); i++)
    {
      g_autoptr (IntimailEnvelope) envelope = intimail_listing_get_envelope (listing, i, &error);

      insist (envelope != NULL, "get", error);
      g_ptr_array_add (lines, describe (account, envelope));
    }
  return g_steal_pointer (&lines);
}

static void
report_check (IntimailAccount *account, const char *when)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) findings = intimail_account_check_index (account, NULL, NULL, &error);

  insist (findings != NULL, "check", error);
  for (gsize i = 0; findings[i] != NULL; i++)
    say ("finding\t%s: %s\n", when, findings[i]);
}

static void
compare (GPtrArray *before, GPtrArray *after)
{
  for (guint i = 0; i < before->len; i++)
    {
      if (!g_ptr_array_find_with_equal_func (after, g_ptr_array_index (before, i), g_str_equal, NULL))
        say ("finding\tnot in the index that was made anew: %s\n", (char *) g_ptr_array_index (before, i));
    }
  for (guint i = 0; i < after->len; i++)
    {
      if (!g_ptr_array_find_with_equal_func (before, g_ptr_array_index (after, i), g_str_equal, NULL))
        say ("finding\tonly in the index that was made anew: %s\n", (char *) g_ptr_array_index (after, i));
    }
  if (before->len != after->len)
    say ("finding\tthe index had %u messages, made anew %u\n", before->len, after->len);
}

static void
look_into (const char *path)
{
  g_autoptr (IntimailAccount) account = intimail_account_new (path);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) before = list (account);
  g_autoptr (GPtrArray) after = NULL;
  g_autoptr (GBytes) message = make_message (1000000);
  g_autofree char *id = NULL;

  for (guint i = 0; i < before->len; i++)
    say ("message\t%s\n", (char *) g_ptr_array_index (before, i));
  report_check (account, "opened");
  insist (intimail_account_rebuild_index (account, NULL, NULL, NULL, NULL, &error), "rebuild", error);
  after = list (account);
  compare (before, after);
  report_check (account, "made anew");
  id = intimail_account_deliver (account, message, NULL, NULL, 0, NULL, &error);
  insist (id != NULL, "deliver", error);
  say (".\n");
}

static void
look (void)
{
  g_autofree char *line = NULL;
  size_t room = 0;
  ssize_t length;

  while ((length = getline (&line, &room, stdin)) > 0)
    {
      line[strcspn (line, "\n")] = '\0';
      look_into (line);
    }
}

int
main (int argc, char *argv[])
{
  if (argc == 5 && strcmp (argv[1], "work") == 0)
    work (argv[2], (guint32) strtoul (argv[3], NULL, 10), (guint) strtoul (argv[4], NULL, 10));
  else if (argc == 2 && strcmp (argv[1], "look") == 0)
    look ();
  else
    {
      g_printerr ("usage: store-probe work ACCOUNT SEED N | store-probe look\n");
      return 64;
    }
  return 0;
}
