/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * intimail message: somebody's mail.
 */

#include <stdio.h>
#include <unistd.h>

#include "command-output.h"
#include "command.h"

#define DEFAULT_LIMIT 50

typedef struct
{
  char *mailbox;
  char *search;
  gboolean unread;
  int limit;
  int offset;
} ListOptions;

static void
list_options_clear (ListOptions *options)
{
  g_free (options->mailbox);
  g_free (options->search);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ListOptions, list_options_clear)

static void
add_condition (GPtrArray *conditions, IntimailFilter *filter)
{
  g_ptr_array_add (conditions, filter);
}

static IntimailFilter *
make_unread_filter (void)
{
  g_autoptr (GPtrArray) seen = g_ptr_array_new_with_free_func (g_object_unref);

  g_ptr_array_add (seen, intimail_filter_new_text (INTIMAIL_FILTER_FIELD_HAS_KEYWORD, "$seen"));
  return intimail_filter_new_operator (INTIMAIL_FILTER_OPERATOR_NOT, seen);
}

static IntimailFilter *
make_filter (IntimailAccount *account, const ListOptions *options, GError **error)
{
  g_autoptr (GPtrArray) conditions = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (IntimailMailbox) mailbox = NULL;

  mailbox = command_lookup_mailbox (account, options->mailbox != NULL ? options->mailbox : "inbox", error);
  if (mailbox == NULL)
    return NULL;
  add_condition (conditions, intimail_filter_new_text (INTIMAIL_FILTER_FIELD_IN_MAILBOX, intimail_mailbox_get_id (mailbox)));
  if (options->unread)
    add_condition (conditions, make_unread_filter ());
  if (options->search != NULL)
    add_condition (conditions, intimail_filter_new_text (INTIMAIL_FILTER_FIELD_TEXT, options->search));

  return intimail_filter_new_operator (INTIMAIL_FILTER_OPERATOR_AND, conditions);
}

/* "N" new, "F" flagged, "A" answered, "@" with attachments. */
static char *
make_marks (IntimailEnvelope *envelope)
{
  return g_strdup_printf ("%s%s%s%s",
                          intimail_envelope_has_keyword (envelope, "$seen") ? " " : "N",
                          intimail_envelope_has_keyword (envelope, "$flagged") ? "F" : " ",
                          intimail_envelope_has_keyword (envelope, "$answered") ? "A" : " ",
                          intimail_envelope_has_attachment (envelope) ? "@" : " ");
}

/* The name of the first sender, else the address. */
static char *
make_sender (IntimailEnvelope *envelope)
{
  g_autoptr (GPtrArray) from = intimail_address_parse_list (intimail_envelope_get_from (envelope), NULL);
  const char *name;

  if (from == NULL || from->len == 0)
    return g_strdup (intimail_envelope_get_from (envelope));
  name = intimail_address_get_name (from->pdata[0]);

  return g_strdup (name != NULL && *name != '\0' ? name : intimail_address_get_email (from->pdata[0]));
}

static void
build_envelope (JsonBuilder *builder, IntimailEnvelope *envelope)
{
  json_builder_begin_object (builder);
  command_output_add_string (builder, "id", intimail_envelope_get_id (envelope));
  command_output_add_string (builder, "threadId", intimail_envelope_get_thread_id (envelope));
  command_output_add_strings (builder, "mailboxIds", intimail_envelope_get_mailbox_ids (envelope));
  command_output_add_string (builder, "from", intimail_envelope_get_from (envelope));
  command_output_add_string (builder, "to", intimail_envelope_get_to (envelope));
  command_output_add_string (builder, "cc", intimail_envelope_get_cc (envelope));
  command_output_add_string (builder, "subject", intimail_envelope_get_subject (envelope));
  command_output_add_string (builder, "messageId", intimail_envelope_get_message_id (envelope));
  command_output_add_time (builder, "received", intimail_envelope_get_received (envelope));
  command_output_add_time (builder, "sent", intimail_envelope_get_sent (envelope));
  command_output_add_number (builder, "size", intimail_envelope_get_size (envelope));
  command_output_add_number (builder, "attachments", intimail_envelope_get_n_attachments (envelope));
  command_output_add_strings (builder, "keywords", intimail_envelope_get_keywords (envelope));
  command_output_add_string (builder, "preview", intimail_envelope_get_preview (envelope));
  json_builder_end_object (builder);
}

static void
add_row (CommandTable *table, IntimailEnvelope *envelope)
{
  g_autofree char *marks = make_marks (envelope);
  g_autofree char *time = command_output_format_time (intimail_envelope_get_received (envelope));
  g_autofree char *size = command_output_format_size (intimail_envelope_get_size (envelope));
  g_autofree char *sender = make_sender (envelope);

  command_table_add (table, intimail_envelope_get_id (envelope), marks, time, size, sender,
                     intimail_envelope_get_subject (envelope), NULL);
}

static gboolean
print_page (Command *command, IntimailListing *listing, const ListOptions *options, GError **error)
{
  guint first = MIN ((guint) options->offset, intimail_listing_get_n_ids (listing));
  guint n = MIN ((guint) options->limit, intimail_listing_get_n_ids (listing) - first);
  CommandTable *table = command->json ? NULL : command_table_new ("ID||RECEIVED|>SIZE|FROM|SUBJECT");
  JsonBuilder *builder = command->json ? json_builder_begin_array (json_builder_new ()) : NULL;
  gboolean good = TRUE;

  for (guint i = first; good && i < first + n; i++)
    {
      g_autoptr (IntimailEnvelope) envelope = intimail_listing_get_envelope (listing, i, error);

      good = envelope != NULL;
      if (good && table != NULL)
        add_row (table, envelope);
      else if (good)
        build_envelope (builder, envelope);
    }
  if (builder != NULL)
    command_output_print_json (json_builder_end_array (builder));
  else
    command_table_print (table, "no mail");
  if (good && table != NULL && first + n < intimail_listing_get_n_ids (listing))
    command_output_print ("%u of %u; --limit and --offset show others\n", n, intimail_listing_get_n_ids (listing));

  return good;
}

static CommandStatus
run_list (Command *command, int argc, char **argv, GError **error)
{
  g_auto (ListOptions) options = { .limit = DEFAULT_LIMIT };
  const GOptionEntry entries[] = {
    { "mailbox", 0, 0, G_OPTION_ARG_STRING, &options.mailbox, "A mailbox: a path, or a role like sent (inbox)", "MAILBOX" },
    { "search", 0, 0, G_OPTION_ARG_STRING, &options.search, "Only mail with this text", "TEXT" },
    { "unread", 0, 0, G_OPTION_ARG_NONE, &options.unread, "Only mail that was not read", NULL },
    { "limit", 0, 0, G_OPTION_ARG_INT, &options.limit, "At most N (50)", "N" },
    { "offset", 0, 0, G_OPTION_ARG_INT, &options.offset, "Leave out the first N", "N" },
    { NULL },
  };
  g_autoptr (IntimailAccount) account = NULL;
  g_autoptr (IntimailFilter) filter = NULL;
  g_autoptr (IntimailListing) listing = NULL;

  if (!command_parse (command, &command_message_verbs[0], entries, &argc, &argv, 1, 1, error))
    return COMMAND_DONE;
  if (options.limit < 0 || options.offset < 0)
    {
      command_usage (error, "--limit and --offset are numbers of 0 or more");
      return COMMAND_USAGE;
    }
  account = command_get_account (command, argv[1], error);
  filter = account != NULL ? make_filter (account, &options, error) : NULL;
  listing = filter != NULL ? intimail_account_query (account, filter, NULL, FALSE, NULL, error) : NULL;
  if (listing != NULL)
    print_page (command, listing, &options, error);

  return COMMAND_DONE;
}

static void
print_addresses (const char *title, GPtrArray *addresses)
{
  g_autofree char *text = intimail_address_list_to_string (addresses);
  g_autofree char *clean = command_output_clean (text);

  if (addresses->len > 0)
    command_output_print ("%-8s %s\n", title, clean);
}

static void
print_attachments (IntimailMessage *message)
{
  GPtrArray *attachments = intimail_message_get_attachments (message);

  for (guint i = 0; i < attachments->len; i++)
    {
      IntimailPart *part = attachments->pdata[i];
      g_autofree char *name = command_output_clean (intimail_part_get_name (part) != NULL ? intimail_part_get_name (part) : "");
      g_autofree char *type = command_output_clean (intimail_part_get_content_type (part));
      g_autofree char *size = g_format_size (intimail_part_get_size (part));

      command_output_print ("%-8s %s (%s, %s; --part %s)\n", "file:", *name != '\0' ? name : "unnamed", type, size, intimail_part_get_id (part));
    }
}

static void
print_message (IntimailMessage *message)
{
  const char *subject = intimail_message_get_subject (message);
  g_autofree char *clean_subject = command_output_clean (subject != NULL ? subject : "");
  GDateTime *date = intimail_message_get_date (message);
  g_autofree char *time = date != NULL ? g_date_time_format (date, "%Y-%m-%d %H:%M %z") : NULL;
  g_autofree char *text = intimail_message_get_text (message);
  g_autofree char *clean = command_output_clean_lines (text);

  print_addresses ("from:", intimail_message_get_from (message));
  print_addresses ("to:", intimail_message_get_to (message));
  print_addresses ("cc:", intimail_message_get_cc (message));
  if (time != NULL)
    command_output_print ("%-8s %s\n", "date:", time);
  command_output_print ("%-8s %s\n", "subject:", clean_subject);
  print_attachments (message);
  command_output_print ("\n%s%s", clean, g_str_has_suffix (clean, "\n") || *clean == '\0' ? "" : "\n");
}

/* Bytes as they are: for a file or a program. */
static gboolean
print_bytes (GBytes *bytes, GError **error)
{
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);

  if (size > 0 && fwrite (data, 1, size, stdout) != size)
    {
      g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_FAILED, "the output cannot be written");
      return FALSE;
    }

  return TRUE;
}

static gboolean
print_part (IntimailMessage *message, const char *part_id, GError **error)
{
  IntimailPart *part = intimail_message_get_part (message, part_id);
  g_autoptr (GBytes) content = NULL;

  if (part == NULL)
    {
      g_set_error (error, INTIMAIL_ERROR, INTIMAIL_ERROR_NOT_FOUND, "the message has no part \"%s\"", part_id);
      return FALSE;
    }
  content = intimail_part_get_content (part, error);

  return content != NULL && print_bytes (content, error);
}

static void
build_message (JsonBuilder *builder, IntimailEnvelope *envelope, IntimailMessage *message)
{
  GPtrArray *attachments = intimail_message_get_attachments (message);
  g_autofree char *text = intimail_message_get_text (message);

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "envelope");
  build_envelope (builder, envelope);
  command_output_add_string (builder, "text", text);
  json_builder_set_member_name (builder, "attachments");
  json_builder_begin_array (builder);
  for (guint i = 0; i < attachments->len; i++)
    {
      IntimailPart *part = attachments->pdata[i];

      json_builder_begin_object (builder);
      command_output_add_string (builder, "part", intimail_part_get_id (part));
      command_output_add_string (builder, "name", intimail_part_get_name (part) != NULL ? intimail_part_get_name (part) : "");
      command_output_add_string (builder, "type", intimail_part_get_content_type (part));
      command_output_add_number (builder, "size", intimail_part_get_size (part));
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
}

static gboolean
show_message (Command *command, IntimailAccount *account, const char *id, const char *part_id, GError **error)
{
  g_autoptr (IntimailMessage) message = intimail_account_open_message (account, id, error);
  g_autoptr (IntimailEnvelope) envelope = NULL;
  JsonBuilder *builder;

  if (message == NULL)
    return FALSE;
  if (part_id != NULL)
    return print_part (message, part_id, error);
  if (!command->json)
    {
      print_message (message);
      return TRUE;
    }
  envelope = intimail_account_get_envelope (account, id, error);
  if (envelope == NULL)
    return FALSE;
  builder = json_builder_new ();
  build_message (builder, envelope, message);
  command_output_print_json (builder);

  return TRUE;
}

static CommandStatus
run_show (Command *command, int argc, char **argv, GError **error)
{
  gboolean raw = FALSE;
  g_autofree char *part_id = NULL;
  const GOptionEntry entries[] = {
    { "raw", 0, 0, G_OPTION_ARG_NONE, &raw, "The message byte for byte", NULL },
    { "part", 0, 0, G_OPTION_ARG_STRING, &part_id, "A part, decoded: such as an attachment", "PART" },
    { NULL },
  };
  g_autoptr (IntimailAccount) account = NULL;

  if (!command_parse (command, &command_message_verbs[1], entries, &argc, &argv, 2, 2, error))
    return COMMAND_DONE;
  account = command_get_account (command, argv[1], error);
  if (account == NULL)
    return COMMAND_FAILED;
  if (raw)
    {
      g_autoptr (GBytes) bytes = intimail_account_load_message (account, argv[2], error);

      if (bytes != NULL)
        print_bytes (bytes, error);
      return COMMAND_DONE;
    }
  show_message (command, account, argv[2], part_id, error);

  return COMMAND_DONE;
}

const CommandVerb command_message_verbs[] = {
  { "message list", "UID", "List somebody's mail, newest first",
    "N: not read yet. F: flagged. A: answered. @: with files.", run_list },
  { "message show", "UID ID", "Show one message",
    "ID is the first column of \"intimail message list\".", run_show },
  { NULL },
};
