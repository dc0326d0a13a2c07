/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * How long a person is here: status, expiry, and the time between being removed and
 * being gone.
 */

#include <intimail/intimail-person.h>

#include "directory/intimail-person-parts-private.h"

/**
 * IntimailPersonStatus:
 * @INTIMAIL_PERSON_STATUS_ACTIVE: signs in and gets mail
 * @INTIMAIL_PERSON_STATUS_DISABLED: neither signs in nor gets mail; the mail
 *   that is there stays
 *
 * What an administrator decided about a person.
 *
 * Since: 1.0
 */

/**
 * intimail_person_get_status:
 * @self: a person
 *
 * Gets what an administrator decided about this person.
 *
 * Returns: the status; [method@Intimail.Person.is_active] knows the expiry too
 *
 * Since: 1.0
 */
IntimailPersonStatus
intimail_person_get_status (IntimailPerson *self)
{
  g_return_val_if_fail (INTIMAIL_IS_PERSON (self), INTIMAIL_PERSON_STATUS_DISABLED);

  return self->status;
}

/**
 * intimail_person_set_status:
 * @self: a person
 * @status: a status
 *
 * Sets what an administrator decided about this person.
 *
 * Since: 1.0
 */
void
intimail_person_set_status (IntimailPerson *self, IntimailPersonStatus status)
{
  g_return_if_fail (INTIMAIL_IS_PERSON (self));

  self->status = status;
}

/**
 * intimail_person_get_expiry:
 * @self: a person
 *
 * Gets the time from which on this person neither signs in nor gets mail.
 *
 * Returns: seconds since 1970, UTC; 0 is never
 *
 * Since: 1.0
 */
gint64
intimail_person_get_expiry (IntimailPerson *self)
{
  g_return_val_if_fail (INTIMAIL_IS_PERSON (self), 0);

  return self->expiry;
}

/**
 * intimail_person_set_expiry:
 * @self: a person
 * @expiry: seconds since 1970, UTC; 0 is never
 *
 * Sets the time from which on this person neither signs in nor gets mail.
 *
 * Since: 1.0
 */
void
intimail_person_set_expiry (IntimailPerson *self, gint64 expiry)
{
  g_return_if_fail (INTIMAIL_IS_PERSON (self));

  self->expiry = expiry;
}

/**
 * intimail_person_get_removal:
 * @self: a person
 *
 * Gets until when the removal of this person can be undone. Until then the person
 * neither signs in nor gets mail, and nobody else gets the uid or an address; after
 * that, `intimail expire` removes what is left.
 *
 * Returns: seconds since 1970, UTC; 0 when the person is not removed
 *
 * Since: 1.0
 */
gint64
intimail_person_get_removal (IntimailPerson *self)
{
  g_return_val_if_fail (INTIMAIL_IS_PERSON (self), 0);

  return self->removal;
}

/**
 * intimail_person_set_removal:
 * @self: a person
 * @until: seconds since 1970, UTC; 0 undoes the removal
 *
 * Sets until when the removal of this person can be undone.
 *
 * Since: 1.0
 */
void
intimail_person_set_removal (IntimailPerson *self, gint64 until)
{
  g_return_if_fail (INTIMAIL_IS_PERSON (self));

  self->removal = until;
}

/**
 * intimail_person_get_deletes_mail:
 * @self: a person
 *
 * Tells what becomes of the mail of a person who is removed.
 *
 * Returns: %TRUE when it is deleted at the end, %FALSE when it is put aside
 *
 * Since: 1.0
 */
gboolean
intimail_person_get_deletes_mail (IntimailPerson *self)
{
  g_return_val_if_fail (INTIMAIL_IS_PERSON (self), FALSE);

  return self->deletes_mail;
}

/**
 * intimail_person_set_deletes_mail:
 * @self: a person
 * @deletes: whether the mail is deleted when the removal can no longer be undone
 *
 * Sets what becomes of the mail of a person who is removed.
 *
 * Since: 1.0
 */
void
intimail_person_set_deletes_mail (IntimailPerson *self, gboolean deletes)
{
  g_return_if_fail (INTIMAIL_IS_PERSON (self));

  self->deletes_mail = deletes;
}

/**
 * intimail_person_is_active:
 * @self: a person
 *
 * Tells whether this person may sign in and gets mail now.
 *
 * Returns: %FALSE when the person is disabled, has expired or is removed
 *
 * Since: 1.0
 */
gboolean
intimail_person_is_active (IntimailPerson *self)
{
  g_return_val_if_fail (INTIMAIL_IS_PERSON (self), FALSE);

  return self->status == INTIMAIL_PERSON_STATUS_ACTIVE && self->removal == 0 &&
         (self->expiry == 0 || self->expiry > g_get_real_time () / G_USEC_PER_SEC);
}
