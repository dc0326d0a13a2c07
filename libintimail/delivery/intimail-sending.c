/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "delivery/intimail-sending-private.h"

#include <errno.h>
#include <fcntl.h>

#include "base/intimail-error-private.h"
#include "base/intimail-fd-private.h"
#include "delivery/intimail-sender-private.h"
#include "site/intimail-site-private.h"
#include "store/intimail-lock-private.h"

/* Empty, and never removed: its lock says who lives. */
#define NAME "intimail.sending"
/* The sender has it for some changes of the disk. */
#define LOCK_MS 10000

struct _IntimailSending
{
  IntimailSite *site;
  IntimailPerson *person;
  IntimailAccount *account;
  IntimailFd lock;
  GPtrArray *sent; /* ids */
};

IntimailSending *
intimail_sending_new (IntimailSite *site, IntimailPerson *person, IntimailAccount *account)
{
  IntimailSending *self = g_new0 (IntimailSending, 1);

  *self = (IntimailSending){ site, person, account, -1, g_ptr_array_new_with_free_func (g_free) };

  return self;
}

void
intimail_sending_free (IntimailSending *self)
{
  for (guint i = 0; i < self->sent->len; i++)
    {
      g_autoptr (GError) error = NULL;

      if (!intimail_submission_finish (self->account, self->sent->pdata[i], &error))
        g_message ("what was sent is looked at once more: %s", error->message);
    }
  g_ptr_array_unref (self->sent);
  intimail_fd_close (self->lock);
  g_free (self);
}

static int
open_lock (IntimailAccount *account, GError **error)
{
  g_autofree char *path = g_build_filename (intimail_account_get_path (account), NAME, NULL);
  int fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

  if (fd < 0)
    intimail_set_error_from_errno (error, errno, "cannot open %s", path);

  return fd;
}

static gboolean
take_lock (IntimailSending *self, GError **error)
{
  g_auto (IntimailFd) fd = self->lock < 0 ? open_lock (self->account, error) : -1;

  if (self->lock >= 0)
    return TRUE;
  if (fd < 0 || !intimail_lock_take_shared (fd, LOCK_MS, error))
    return FALSE;
  self->lock = intimail_fd_steal (&fd);

  return TRUE;
}

gboolean
intimail_sending_note (IntimailSending *self, const IntimailSubmission *submission, GError **error)
{
  return take_lock (self, error) && intimail_sender_note (self->site, self->person, error) &&
         intimail_submission_add (self->account, submission, error);
}

void
intimail_sending_set_outcome (IntimailSite *site, IntimailSubmission *submission)
{
  const IntimailSiteSettings *settings = intimail_site_get_settings (site);

  if (settings->relay != NULL)
    intimail_submission_set_outcome (submission, "unknown", "250 2.0.0 taken by the mail server");
  else if (settings->sendmail_command[0] == NULL)
    intimail_submission_set_outcome (submission, "yes", "250 2.1.5 delivered");
  else
    intimail_submission_set_outcome (submission, "queued", "250 2.0.0 queued");
}

void
intimail_sending_forget (IntimailSending *self, const IntimailSubmission *submission)
{
  g_autoptr (GError) error = NULL;
  guint i;

  if (g_ptr_array_find_with_equal_func (self->sent, submission->id, g_str_equal, &i))
    g_ptr_array_remove_index (self->sent, i);
  if (!intimail_submission_forget (self->account, submission->id, &error))
    g_warning ("a message is not forgotten among those that are sent: %s", error->message);
}

void
intimail_sending_end (IntimailSending *self, IntimailSubmission *submission, gboolean sent)
{
  g_autoptr (GError) error = NULL;

  if (sent)
    {
      submission->status = INTIMAIL_SUBMISSION_FINAL;
      intimail_sending_set_outcome (self->site, submission);
    }
  if (sent && intimail_submission_end (self->account, submission, &error))
    g_ptr_array_add (self->sent, g_strdup (submission->id));
  else if (sent)
    g_warning ("a message was sent, but not noted as sent: %s", error->message);
  else
    intimail_sending_forget (self, submission);
}

int
intimail_sending_lock_out (IntimailAccount *account)
{
  g_auto (IntimailFd) fd = open_lock (account, NULL);

  return fd >= 0 && intimail_lock_take (fd, 0, NULL) ? intimail_fd_steal (&fd) : -1;
}
