/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Leaving a mailing list by HTTPS with one click (RFC 8058): an address of the webmail
 * for each member, which nobody else can make.
 */

#include <string.h>

#include <intimail/intimail-delivery.h>
#include <intimail/intimail-error.h>

#include "base/intimail-call-private.h"
#include "base/intimail-secret-private.h"
#include "delivery/intimail-unsubscribe-private.h"
#include "directory/intimail-group-private.h"

/* A line of a header has 998 bytes (RFC 5322 section 2.1.1). */
#define MAX_LINK 900

/* Of the list and the member: a blank is in the name of neither. */
static char *
make_token (IntimailSite *site, const char *list, const char *member, GError **error)
{
  g_autofree char *text = g_strdup_printf ("leave %s %s", list, member);

  return intimail_unsubscribe_make_token (site, text, error);
}

char *
intimail_unsubscribe_make_link (IntimailSite *site, IntimailGroup *list, const char *member, GError **error)
{
  const char *url = intimail_site_get_webmail_url (site);
  const char *name = intimail_group_get_name (list);
  g_autofree char *token = NULL;
  g_autofree char *escaped = NULL;
  g_autofree char *link = NULL;

  /* RFC 8058 section 3.1 wants HTTPS; the administrators stay what they are. */
  if (!g_str_has_prefix (url, "https://") || g_str_equal (name, INTIMAIL_GROUP_ADMINS))
    return NULL;
  token = make_token (site, name, member, error);
  if (token == NULL)
    return NULL;
  escaped = g_uri_escape_string (member, NULL, FALSE);
  link = g_strdup_printf ("%s/unsubscribe?list=%s&member=%s&token=%s", url, name, escaped, token);

  return strlen (link) <= MAX_LINK ? g_steal_pointer (&link) : NULL;
}

/**
 * intimail_delivery_leave_list:
 * @site: a site
 * @list: the name of a list
 * @member: a uid, or the address that is a member
 * @token: what the link in a message of the list has
 * @cancellable: (nullable): a cancellable, heeded until the change is written
 * @error: return location for an error
 *
 * Takes a member out of a list, as the address in `List-Unsubscribe` of a message to them
 * asks for, and tells them by mail. Who is no member any more hears nothing.
 *
 * @token is the proof that it was their message: no password is asked for (RFC 8058).
 *
 * Fails with %INTIMAIL_ERROR_PERMISSION_DENIED when @token is not that of @list and
 * @member, with %INTIMAIL_ERROR_NOT_FOUND when there is no such list any more, and with
 * %INTIMAIL_ERROR_UNAVAILABLE when the directory cannot be changed now.
 *
 * Returns: %TRUE when they are no member
 *
 * Since: 1.0
 */
gboolean
intimail_delivery_leave_list (IntimailSite *site,
                              const char *list,
                              const char *member,
                              const char *token,
                              GCancellable *cancellable,
                              GError **error)
{
  g_autofree char *right = NULL;
  g_autoptr (IntimailGroup) group = NULL;

  g_return_val_if_fail (INTIMAIL_IS_SITE (site), FALSE);
  g_return_val_if_fail (list != NULL && member != NULL && token != NULL, FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  right = make_token (site, list, member, error);
  if (right == NULL)
    return FALSE;
  if (!intimail_secret_equal (right, token))
    {
      g_set_error_literal (error, INTIMAIL_ERROR, INTIMAIL_ERROR_PERMISSION_DENIED, "the link to leave the list is not right");
      return FALSE;
    }
  group = intimail_directory_lookup_group (intimail_site_get_directory (site), list, cancellable, error);

  return group != NULL && intimail_unsubscribe_remove (site, group, member, cancellable, error);
}

static gpointer
run_leave (gpointer self, const IntimailCall *call, GCancellable *cancellable, GError **error)
{
  return GINT_TO_POINTER (intimail_delivery_leave_list (self, call->texts[0], call->texts[1], call->texts[2], cancellable, error));
}

/**
 * intimail_delivery_leave_list_async:
 * @site: a site
 * @list: the name of a list
 * @member: a uid, or the address that is a member
 * @token: what the link in a message of the list has
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async) (closure user_data): called in the main context that
 *   was the caller's thread default
 * @user_data: data for @callback
 *
 * Takes a member out of a list as [func@Intimail.Delivery.leave_list] does, without blocking.
 *
 * Since: 1.0
 */
void
intimail_delivery_leave_list_async (IntimailSite *site,
                                    const char *list,
                                    const char *member,
                                    const char *token,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data)
{
  const IntimailCall call = { .run = run_leave, .is_change = TRUE, .texts = { list, member, token } };

  g_return_if_fail (INTIMAIL_IS_SITE (site));
  g_return_if_fail (list != NULL && member != NULL && token != NULL);

  intimail_call_start (site, intimail_delivery_leave_list_async, &call, cancellable, callback, user_data);
}

/**
 * intimail_delivery_leave_list_finish:
 * @site: a site
 * @result: what the callback got
 * @error: return location for an error
 *
 * Finishes [func@Intimail.Delivery.leave_list_async].
 *
 * Returns: %TRUE when they are no member
 *
 * Since: 1.0
 */
gboolean
intimail_delivery_leave_list_finish (IntimailSite *site, GAsyncResult *result, GError **error)
{
  return intimail_call_finish (site, intimail_delivery_leave_list_async, result, error) != NULL;
}
