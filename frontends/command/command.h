/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What the verbs of intimail(1) share.
 */

#pragma once

#include <intimail/intimail.h>

G_BEGIN_DECLS

/* Exit statuses; intimail(1) documents them. */
typedef enum
{
  COMMAND_DONE = 0,
  COMMAND_FAILED = 1,     /* something of the machine: try again */
  COMMAND_USAGE = 2,      /* what was typed cannot be right */
  COMMAND_NOT_FOUND = 3,  /* no such person, group, mailbox, message */
  COMMAND_EXISTS = 4,     /* the name or address is taken */
  COMMAND_REFUSED = 5,    /* not allowed, or disabled */
  COMMAND_NO_ROOM = 6,    /* a quota, a limit or the disk */
  COMMAND_DIFFERENCE = 7, /* a check found something */
} CommandStatus;

typedef struct
{
  char *site_path; /* --site, or what stands for it */
  gboolean json;   /* --json */
  IntimailSite *site;
  IntimailDirectory *directory; /* NULL before command_get_directory() */
  char *caller;                 /* as whom that acts, or NULL */
} Command;

typedef struct
{
  const char *words;     /* "person add" */
  const char *arguments; /* "UID" */
  const char *summary;
  const char *description; /* more for --help, or NULL */
  CommandStatus (*run) (Command *command, int argc, char **argv, GError **error);
} CommandVerb;

/* One table for each noun; a NULL ends it. */
extern const CommandVerb command_init_verbs[];
extern const CommandVerb command_person_verbs[];
extern const CommandVerb command_app_password_verbs[];
extern const CommandVerb command_second_factor_verbs[];
extern const CommandVerb command_group_verbs[];
extern const CommandVerb command_list_verbs[];
extern const CommandVerb command_alias_verbs[];
extern const CommandVerb command_directory_verbs[];
extern const CommandVerb command_peers_verbs[];
extern const CommandVerb command_mailbox_verbs[];
extern const CommandVerb command_message_verbs[];
extern const CommandVerb command_send_verbs[];
extern const CommandVerb command_rule_verbs[];
extern const CommandVerb command_vacation_verbs[];
extern const CommandVerb command_import_verbs[];
extern const CommandVerb command_export_verbs[];
extern const CommandVerb command_quota_verbs[];
extern const CommandVerb command_expire_verbs[];
extern const CommandVerb command_file_verbs[];
extern const CommandVerb command_index_verbs[];
extern const CommandVerb command_guard_verbs[];

/* An error of what was typed: the message should say how it is right. */
#define COMMAND_USAGE_ERROR (command_usage_error_quark ())
GQuark command_usage_error_quark (void);

G_GNUC_PRINTF (2, 3)
gboolean command_usage (GError **error,
                        const char *format,
                        ...);

/* Reads the options of a verb from argv, whose first element is the verb; what
 * is left are its arguments, of which there must be at least @min and at most
 * @max (-1: any number). Knows --site and --json too. */
gboolean command_parse (Command *command,
                        const CommandVerb *verb,
                        const GOptionEntry *entries,
                        int *argc,
                        char ***argv,
                        int min,
                        int max,
                        GError **error);

/* The site, opened at the first call; NULL when it cannot be. */
IntimailSite *command_get_site (Command *command,
                                GError **error);

/* The folder with the mail of all, of the site that was opened. */
char *command_get_mail_root (Command *command);

/* The directory, which does what the caller may: root and the owner of the site all,
 * somebody else what the person of that name may. */
IntimailDirectory *command_get_directory (Command *command,
                                          GError **error);

/* The same for what is about the site as a whole: PERMISSION_DENIED for everybody but root
 * and the owner of the site. */
IntimailDirectory *command_get_whole_directory (Command *command,
                                                GError **error);

/* With what to do when there is no such person. */
IntimailPerson *command_lookup_person (Command *command,
                                       const char *uid,
                                       GError **error);

IntimailGroup *command_lookup_group (Command *command,
                                     const char *name,
                                     GError **error);

/* Those who are named in argv, or everybody. */
char **command_list_uids (Command *command,
                          int argc,
                          char **argv,
                          GError **error);

/* The mail of somebody. When root asks, what is written from here on belongs to the
 * owner of the site's mail, as whom the agent runs. */
IntimailAccount *command_get_account (Command *command,
                                      const char *uid,
                                      GError **error);

/* Whether root acts as the owner of the mail, or reads files as itself. Does
 * nothing before command_get_account(), or when the caller is not root. */
void command_act_as_owner (gboolean owner);

/* Lets root, who acts as the owner of the mail, reach every other file, too. */
void command_reach_all_files (void);

/* Runs of verbs that have a file of their own. */
CommandStatus command_person_remove (Command *command,
                                     int argc,
                                     char **argv,
                                     GError **error);

CommandStatus command_person_restore (Command *command,
                                      int argc,
                                      char **argv,
                                      GError **error);

/* Acts as the owner of the site's mail from here on, when root asks. */
void command_become_owner (Command *command);

/* A mailbox by its path ("Archive/2024"), its role ("inbox") or its id. */
IntimailMailbox *command_lookup_mailbox (IntimailAccount *account,
                                         const char *name,
                                         GError **error);

const char *command_get_role_name (IntimailMailboxRole role);

/* A number of bytes from "500", "20k", "1.5G", "2GiB" or "none" (0). */
gboolean command_parse_size (const char *text,
                             guint64 *size,
                             GError **error);

/* Seconds since 1970 from "30d" (days from now), "2030-12-31", "2030-12-31T18:00:00Z" or "never" (0). */
gboolean command_parse_time (const char *text,
                             gint64 *seconds,
                             GError **error);

G_END_DECLS
