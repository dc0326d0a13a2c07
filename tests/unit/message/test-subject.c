/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "message/intimail-subject-private.h"

static const struct
{
  const char *subject;
  const char *reply;
  const char *forward;
} cases[] = {
  { "", "Re: ", "Fwd: " },
  { "Lunch", "Re: Lunch", "Fwd: Lunch" },
  { "  Lunch ", "Re: Lunch", "Fwd: Lunch" },
  { "Re: Lunch", "Re: Lunch", "Fwd: Re: Lunch" },
  { "RE: re :Re:Lunch", "Re: Lunch", "Fwd: RE: re :Re:Lunch" },
  { "AW: Mittag", "Re: Mittag", "Fwd: AW: Mittag" },
  { "Antw: Re: AW: SV: x", "Re: x", "Fwd: Antw: Re: AW: SV: x" },
  { "RE\302\240: D\303\251jeuner", "Re: D\303\251jeuner", "Fwd: RE\302\240: D\303\251jeuner" },
  { "R\303\211P: x", "Re: x", "Fwd: R\303\211P: x" },
  { "Re\314\201p: x", "Re: x", "Fwd: Re\314\201p: x" },
  { "Re[2]: x", "Re: x", "Fwd: Re[2]: x" },
  { "Re (12) : x", "Re: x", "Fwd: Re (12) : x" },
  { "Re\357\274\232x", "Re: x", "Fwd: Re\357\274\232x" },
  { "TR: x", "Re: TR: x", "Fwd: x" },
  { "Fwd: FW: WG: x", "Re: Fwd: FW: WG: x", "Fwd: x" },
  { "Re", "Re: Re", "Fwd: Re" },
  { "Re:", "Re: ", "Fwd: Re:" },
  { "Results: good", "Re: Results: good", "Fwd: Results: good" },
  { "Re[x]: x", "Re: Re[x]: x", "Fwd: Re[x]: x" },
  { "12:30 lunch", "Re: 12:30 lunch", "Fwd: 12:30 lunch" },
  { "\346\227\245\346\234\254: x", "Re: \346\227\245\346\234\254: x", "Fwd: \346\227\245\346\234\254: x" },
};

static void
test_prefixes (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *reply = intimail_subject_make_reply (cases[i].subject);
      g_autofree char *forward = intimail_subject_make_forward (cases[i].subject);

      g_assert_cmpstr (reply, ==, cases[i].reply);
      g_assert_cmpstr (forward, ==, cases[i].forward);
    }
}

/* An answer to an answer has one prefix, however long the letters go on. */
static void
test_many (void)
{
  g_autoptr (GString) subject = g_string_new (NULL);
  g_autofree char *reply = NULL;

  for (int i = 0; i < 100000; i++)
    g_string_append (subject, "Re: ");
  g_string_append (subject, "x");
  reply = intimail_subject_make_reply (subject->str);
  g_assert_cmpstr (reply, ==, "Re: x");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/subject/prefixes", test_prefixes);
  g_test_add_func ("/subject/many", test_many);

  return g_test_run ();
}
