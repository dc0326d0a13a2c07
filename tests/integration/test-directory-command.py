#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A site at a slapd that was empty: made ready by the command, filled by the command,
and asked by Postfix and Dovecot with the files that the command wrote."""
import json
import pathlib
import subprocess

from command_site import COMMAND, CommandSite
from slapd import BASE, SOURCE, Slapd, run, tool, write_config
from support import DOMAIN, folder, listens, wait_until

SCHEMA = SOURCE / "data/intimail.ldif"
PASSWORD = "correct horse battery"
# What is behind a slapd that a package has just installed: root may do all by ldapi.
ROOT = "gidNumber=0+uidNumber=0,cn=peercred,cn=external,cn=auth"


class Site(CommandSite):
    def __init__(self, path, slapd):
        super().__init__(path)
        config = path / "intimail.conf"
        config.write_text(config.read_text().replace("uri=ldif:directory.ldif\n", f"uri={slapd.ldapi}\ncache-seconds=0\n"))


def make_empty_slapd(path):
    """One with its configuration in cn=config, and without our schema."""
    slapd = Slapd(path)
    config = write_config(path, "empty.conf", schemas=())
    text = pathlib.Path(config).read_text().replace("index mail eq,sub\n", "")
    text = "\n".join(line for line in text.splitlines() if not line.startswith(("authz-regexp", "rootpw"))) + "\n"
    text = text.replace("database mdb\n", f'database config\nrootdn "{ROOT}"\ndatabase mdb\n')
    pathlib.Path(config).write_text(text)
    slapd.config_folder = path / "slapd.d"
    slapd.config_folder.mkdir()
    run(tool("slaptest"), "-n", "0", "-f", config, "-F", slapd.config_folder)
    slapd.arguments = ["-F", str(slapd.config_folder)]
    return slapd


def test_init(site):
    refused = site.ask("person", "list")
    assert refused.returncode == 1 and "directory init" in refused.stderr, refused.stderr
    done = json.loads(site.do("--json", "directory", "init", "--schema", SCHEMA, "--organization", "Home & Söhne", "--service", "nobody"))
    for wanted in ("cn=intimail,cn=schema,cn=config", BASE, f"ou=people,{BASE}", f"ou=groups,{BASE}", f"cn=admins,ou=groups,{BASE}"):
        assert wanted in done, done
    assert site.do("directory", "init", "--schema", SCHEMA, "--service", "nobody") == "nothing was missing\n"
    site.do("person", "add", "ann", "--alias", f"smith@{DOMAIN}", "--admin", "--quota", "5G", "--password-stdin", stdin=PASSWORD + "\n")
    site.do("person", "add", "ben", "--password-stdin", stdin=PASSWORD + "\n")
    site.do("group", "add", "family", "--mail", f"family@{DOMAIN}")
    site.do("group", "join", "family", "ann", "ben")
    uids = [person["uid"] for person in json.loads(site.do("--json", "person", "list"))]
    assert uids == ["ann", "ben"], uids


def search(slapd, *words):
    return subprocess.run([tool("ldapsearch"), "-LLL", "-o", "ldif-wrap=no", "-H", slapd.ldapi, "-b", BASE, *words],
                          capture_output=True, text=True)


def test_table(site, path):
    table = path / "people.csv"
    table.write_text(f"uid,mail,password\nzoe,zoe@{DOMAIN},{PASSWORD}\nann,other@{DOMAIN},\n")
    refused = site.ask("directory", "import", table)
    assert refused.returncode == 4 and "line 3: there is a person" in refused.stderr, refused
    assert "zoe" not in site.do("directory", "export")
    table.write_text(f"uid,mail,password\nzoe,zoe@{DOMAIN},{PASSWORD}\nyan,yan@{DOMAIN},\n")
    assert json.loads(site.do("--json", "directory", "import", table)) == {"added": 2}
    assert f"yan,yan@{DOMAIN}," in site.do("directory", "export")
    for uid in ("yan", "zoe"):
        site.do("person", "remove", uid, "--now")


def test_access(slapd):
    """A stranger reads nothing, a person reads all but passwords, and writes nothing but
    their own password."""
    assert search(slapd, "-x").returncode != 0 or "uid:" not in search(slapd, "-x").stdout
    ann = ("-x", "-D", f"uid=ann,ou=people,{BASE}", "-w", PASSWORD)
    seen = search(slapd, *ann).stdout
    assert "uid: ben" in seen and "userPassword" not in seen, seen
    change = f"dn: uid=ann,ou=people,{BASE}\nchangetype: modify\nreplace: intimailQuotaBytes\nintimailQuotaBytes: 1\n"
    refused = subprocess.run([tool("ldapmodify"), "-H", slapd.ldapi, *ann], input=change, capture_output=True, text=True)
    assert refused.returncode == 50, refused.stderr
    run(tool("ldappasswd"), "-H", slapd.ldapi, *ann, "-s", PASSWORD)


def write_mbox(path):
    mbox = path / "box"
    mbox.write_text("From a@b.example Sat Nov 21 10:00:00 2026\nSubject: one\n\nThis is more than ten bytes.\n\n")
    return mbox


def test_app_password_access(site, slapd):
    """An app password binds, for Dovecot's sake, and reads and writes nothing."""
    text = json.loads(site.do("--json", "person", "app-password", "add", "ann", "phone"))["password"]
    (made,) = json.loads(site.do("--json", "person", "app-password", "list", "ann"))
    entry = f"cn={made['id']},uid=ann,ou=people,{BASE}"
    app = ("-x", "-D", entry, "-w", text)
    assert slapd.whoami(slapd.ldapi, entry, text).returncode == 0
    assert "uid:" not in search(slapd, *app).stdout
    changed = subprocess.run([tool("ldappasswd"), "-H", slapd.ldapi, *app, "-s", "mine now"], capture_output=True, text=True)
    assert "Insufficient access" in changed.stdout, changed
    others = subprocess.run([tool("ldappasswd"), "-H", slapd.ldapi, *app, "-s", "mine now", f"uid=ann,ou=people,{BASE}"],
                            capture_output=True, text=True)
    assert "Insufficient access" in others.stdout, others
    ben = ("-x", "-D", f"uid=ben,ou=people,{BASE}", "-w", PASSWORD)
    assert "uid: ann" in search(slapd, *ben).stdout and "phone" not in search(slapd, *ben).stdout
    site.do("person", "app-password", "revoke", "ann", made["id"])


def test_second_factor_access(slapd):
    """The secret of a second factor is the service's: not even its person reads it."""
    change = (f"dn: uid=ben,ou=people,{BASE}\nchangetype: modify\nadd: objectClass\nobjectClass: intimailSecondFactor\n-\n"
              "add: intimailSecondFactorSecret\nintimailSecondFactorSecret: GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\n-\n"
              "add: intimailSecondFactorCounter\nintimailSecondFactorCounter: 1\n")
    mend = (f"dn: uid=ben,ou=people,{BASE}\nchangetype: modify\ndelete: objectClass\nobjectClass: intimailSecondFactor\n-\n"
            "delete: intimailSecondFactorSecret\n-\ndelete: intimailSecondFactorCounter\n")
    root = [tool("ldapmodify"), "-Q", "-Y", "EXTERNAL", "-H", slapd.ldapi]
    subprocess.run(root, input=change, check=True, text=True, stdout=subprocess.DEVNULL)
    for uid in ("ann", "ben"):
        seen = search(slapd, "-x", "-D", f"uid={uid},ou=people,{BASE}", "-w", PASSWORD).stdout
        assert "objectClass: intimailSecondFactor" in seen and "intimailSecondFactorSecret:" not in seen, seen
        assert "intimailSecondFactorCounter:" not in seen, seen
    subprocess.run(root, input=mend, check=True, text=True, stdout=subprocess.DEVNULL)


def test_private_access(site, slapd):
    """Addresses that end are shown to whose they are and to administrators, hidden groups to
    who is in them or owns them; a filter tells no more."""
    for uid in ("kim", "lou"):
        site.do("person", "add", uid, "--password-stdin", stdin=PASSWORD + "\n")
    made = site.do("alias", "add", "ben", "--temporary", "--note", "the shop").strip()
    site.do("list", "add", "surprise", "--owner", "kim", "--member", "lou", "--hidden", "yes")

    def see(uid, *words):
        return search(slapd, "-x", "-D", f"uid={uid},ou=people,{BASE}", "-w", PASSWORD, *words).stdout

    by_alias = f"(intimailTemporaryAlias={made}*)"
    for uid, sees in (("ann", True), ("ben", True), ("kim", False), ("lou", False)):
        assert ("the shop" in see(uid)) == sees, uid
        assert ("uid: ben" in see(uid, by_alias)) == sees, uid
        assert "uid: ben" in see(uid), uid
    for uid, sees in (("ann", True), ("ben", False), ("kim", True), ("lou", True)):
        assert ("cn: surprise" in see(uid)) == sees, uid
        assert "cn: family" in see(uid), uid
    change = f"dn: uid=ben,ou=people,{BASE}\nchangetype: modify\nadd: intimailTemporaryAlias\nintimailTemporaryAlias: {made}x - -\n"
    for uid in ("ben", "kim"):
        refused = subprocess.run([tool("ldapmodify"), "-H", slapd.ldapi, "-x", "-D", f"uid={uid},ou=people,{BASE}", "-w", PASSWORD],
                                 input=change, capture_output=True, text=True)
        assert refused.returncode == 50, refused.stderr
    assert "surprise" in site.do("list", "show", "surprise") and made in site.do("alias", "list", "ben")
    site.do("list", "remove", "surprise")
    site.do("alias", "end", made)
    for uid in ("kim", "lou"):
        site.do("person", "remove", uid, "--now")


LATER = ("intimailListMember", "intimailSecondFactorSecret", "intimailSecondFactorCounter", "intimailRecoveryCode")


def make_old_schema(path):
    """As it was before lists had members who are addresses, and codes; with an attribute and a
    class that the site's owner added."""
    entry, = [part for part in SCHEMA.read_text().split("\n\n") if part.startswith("dn:")]
    values = [value for value in entry.replace("\n  ", " ").splitlines()
              if not value.startswith(("olcAttributeTypes", "olcObjectClasses")) or f"NAME '{LATER[0]}'" not in value]
    values = [value.replace(" $ intimailListMember", "") for value in values
              if not any(f"NAME '{name}'" in value for name in LATER) and "NAME 'intimailSecondFactor'" not in value]
    values += ["olcAttributeTypes: ( 2.25.1.1 NAME 'ourShoeSize' SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 )",
               "olcObjectClasses: ( 2.25.1.2 NAME 'ourPerson' SUP top AUXILIARY MAY ourShoeSize )"]
    values.sort(key=lambda value: "olcObjectClasses" in value)
    old = path / "old.ldif"
    old.write_text("\n".join(values) + "\n")
    return old


def test_older_schema(path):
    """What a server has of an older schema is extended, with people who use it there."""
    slapd = make_empty_slapd(path / "o")
    site = Site(path / "old", slapd)
    with slapd:
        run(tool("ldapadd"), "-Q", "-Y", "EXTERNAL", "-H", slapd.ldapi, "-f", str(make_old_schema(path)))
        access = (f'dn: olcDatabase={{1}}mdb,cn=config\nchangetype: modify\nadd: olcAccess\n'
                  f'olcAccess: {{0}}to * by dn.exact="{ROOT}" manage by * none\n')
        subprocess.run([tool("ldapmodify"), "-Q", "-Y", "EXTERNAL", "-H", slapd.ldapi], input=access, check=True, text=True, stdout=subprocess.DEVNULL)
        site.do("directory", "init", "--entries-only")
        person = (f"dn: uid=ann,ou=people,{BASE}\nobjectClass: inetOrgPerson\nobjectClass: intimailPerson\nobjectClass: ourPerson\n"
                  f"uid: ann\ncn: Ann\nsn: A\nmail: ann@{DOMAIN}\nourShoeSize: 38\n\n"
                  f"dn: cn=band,ou=groups,{BASE}\nobjectClass: posixGroup\nobjectClass: intimailList\ncn: band\ngidNumber: 500\n"
                  f"memberUid: ann\nintimailListAddress: band@{DOMAIN}\n")
        subprocess.run([tool("ldapadd"), "-Q", "-Y", "EXTERNAL", "-H", slapd.ldapi], input=person, check=True, text=True, stdout=subprocess.DEVNULL)
        refused = site.ask("list", "members", "band", "--add", "somebody@elsewhere.example")
        assert refused.returncode == 5 and "intimail.ldif" in refused.stderr, refused
        done = json.loads(site.do("--json", "directory", "init", "--schema", SCHEMA))
        said = {words.split(" of cn=")[0] for words in done if "cn=schema" in words}
        assert said == {*LATER, "intimailList, extended", "intimailSecondFactor"}, done
        assert site.do("directory", "init", "--schema", SCHEMA) == "nothing was missing\n"
        site.do("list", "members", "band", "--add", "somebody@elsewhere.example")
        assert "somebody@elsewhere.example" in site.do("list", "show", "band")
        assert "ourShoeSize: 38" in search(slapd, "-Q", "-Y", "EXTERNAL", "(uid=ann)").stdout
        # It is the same after a restart.
        slapd.stop()
        slapd.start()
        assert "somebody@elsewhere.example" in site.do("list", "show", "band")
        assert site.do("directory", "init", "--schema", SCHEMA) == "nothing was missing\n"


def test_check(site, slapd):
    assert site.do("directory", "check") == "all is well\n"
    site.do("import", "ben", write_mbox(site.path))
    mistakes = (f"dn: cn=family,ou=groups,{BASE}\nchangetype: modify\nadd: memberUid\nmemberUid: gone\n-\n"
                "add: intimailListOwner\nintimailListOwner: away\n\n"
                f"dn: uid=ben,ou=people,{BASE}\nchangetype: modify\nadd: intimailAlias\n"
                f"intimailAlias: SMITH@{DOMAIN}\nintimailAlias: ben@elsewhere.example\n-\n"
                "add: intimailQuotaBytes\nintimailQuotaBytes: 10\n\n"
                f"dn: uid=ann,ou=people,{BASE}\nchangetype: modify\nadd: intimailMaildir\nintimailMaildir: ben\n\n"
                f"dn: cn=admins,ou=groups,{BASE}\nchangetype: modify\ndelete: memberUid\n")
    subprocess.run([tool("ldapmodify"), "-Q", "-Y", "EXTERNAL", "-H", slapd.ldapi], input=mistakes, check=True, text=True,
                   stdout=subprocess.DEVNULL)
    found = site.ask("--json", "directory", "check")
    assert found.returncode == 7, found
    findings = json.loads(found.stdout)
    for words in ('the member "gone" is nobody', f'"SMITH@{DOMAIN}" is that of person "ann" too',
                  '"ben@elsewhere.example" is outside the domains', 'the owner "away" is nobody',
                  "bytes are kept, 10 are allowed", 'mail/ben is that of person "ann" too', "mail to postmaster@ and abuse@ waits"):
        assert any(words in finding for finding in findings), findings
    assert len(findings) == 7, findings
    mend = (f"dn: cn=family,ou=groups,{BASE}\nchangetype: modify\ndelete: memberUid\nmemberUid: gone\n-\ndelete: intimailListOwner\n\n"
            f"dn: uid=ben,ou=people,{BASE}\nchangetype: modify\ndelete: intimailAlias\n-\ndelete: intimailQuotaBytes\n\n"
            f"dn: uid=ann,ou=people,{BASE}\nchangetype: modify\ndelete: intimailMaildir\n\n"
            f"dn: cn=admins,ou=groups,{BASE}\nchangetype: modify\nadd: memberUid\nmemberUid: ann\n")
    subprocess.run([tool("ldapmodify"), "-Q", "-Y", "EXTERNAL", "-H", slapd.ldapi], input=mend, check=True, text=True,
                   stdout=subprocess.DEVNULL)
    assert site.do("directory", "check") == "all is well\n"
    # What another program wrote and nobody can mean is the only mistake.
    def modify(dn, attribute, change):
        subprocess.run([tool("ldapmodify"), "-Q", "-Y", "EXTERNAL", "-H", slapd.ldapi], check=True, text=True, stdout=subprocess.DEVNULL,
                       input=f"dn: {dn},{BASE}\nchangetype: modify\n{change}: {attribute.split(':')[0]}\n{attribute}\n")

    for dn, attribute, words in (("uid=ben,ou=people", "intimailQuotaBytes: 99999999999999999999999", "is not a number of 0 or more"),
                                 ("cn=family,ou=groups", "intimailListPosters: robots", 'none of "anyone"')):
        modify(dn, attribute, "add")
        found = site.ask("--json", "directory", "check")
        findings = json.loads(found.stdout)
        assert found.returncode == 7 and any(words in finding and dn in finding for finding in findings), found
        modify(dn, attribute, "delete")
    assert site.do("directory", "check") == "all is well\n"


def test_removal(site):
    """As with a file, and the name is in nobody's way when it is over."""
    site.do("person", "add", "zoe", "--no-password")
    site.do("group", "join", "family", "zoe")
    site.do("import", "zoe", write_mbox(site.path))
    site.do("person", "remove", "zoe", "--delete-mail")
    assert json.loads(site.do("--json", "person", "show", "zoe"))["status"] == "removed"
    assert site.ask("person", "add", "zoe", "--no-password", "--take-mail").returncode == 4
    assert site.ask("person", "add", "yan", "--no-password", "--mail", f"zoe@{DOMAIN}").returncode == 4
    site.do("person", "restore", "zoe")
    shown = json.loads(site.do("--json", "person", "show", "zoe"))
    assert (shown["status"], shown["groups"], shown["deletesMail"]) == ("active", ["family"], False), shown
    made = site.do("alias", "add", "zoe", "--temporary", "--note", "the shop").strip()
    site.do("alias", "end", made)
    assert json.loads(site.do("--json", "alias", "list", "zoe"))[0]["state"] == "ended"
    assert site.do("person", "remove", "zoe", "--now", "--delete-mail") == "zoe is gone\n"
    assert not (site.path / "mail/zoe").exists()
    assert "zoe" not in site.do("--json", "group", "list")
    site.do("person", "add", "zoe", "--no-password", "--mail", made)
    assert json.loads(site.do("--json", "message", "list", "zoe")) == []
    site.do("person", "remove", "zoe", "--now")


def test_ldif(site):
    text = site.do("directory", "export", "--format", "ldif")
    new = site.path / "new.ldif"
    new.write_text(text)
    assert site.ask("directory", "import", new).returncode == 4
    new.write_text(f"dn: uid=kim,ou=people,dc=x\nobjectClass: inetOrgPerson\nuid: kim\ncn: Kim\nsn: K\nmail: kim@{DOMAIN}\n"
                   "telephoneNumber: +33 1\n\n"
                   "dn: cn=band,ou=groups,dc=x\nobjectClass: posixGroup\ncn: band\ngidNumber: 1\nmemberUid: kim\nmemberUid: ben\n")
    assert site.do("directory", "import", new) == "people and groups added: 2\n"
    assert "band" in json.loads(site.do("--json", "person", "show", "ben"))["groups"]
    site.do("group", "remove", "band")
    site.do("person", "remove", "kim", "--now")


def test_postfix(site, path):
    maps = path / "postfix"
    maps.mkdir()
    (maps / "main.cf").write_text("compatibility_level = 3.6\n")
    settings = site.do("directory", "postfix-maps", maps)
    assert f"virtual_mailbox_domains = {DOMAIN}\n" in settings
    assert f"{{postmaster@{DOMAIN}=admins}}" in settings

    def ask(name, key):
        done = subprocess.run([tool("postmap"), "-c", maps, "-q", key, f"ldap:{maps}/{name}"], capture_output=True, text=True)
        assert not done.stderr, done.stderr
        return done.stdout.strip()

    assert ask("intimail-people.cf", f"ann@{DOMAIN}") == "ann"
    assert ask("intimail-people.cf", f"Smith@{DOMAIN}") == "ann"
    assert ask("intimail-people.cf", f"nobody@{DOMAIN}") == ""
    assert ask("intimail-people.cf", f"*@{DOMAIN}") == ""
    assert ask("intimail-groups.cf", f"family@{DOMAIN}") == "family"
    assert ask("intimail-senders.cf", f"smith@{DOMAIN}") == "ann"
    site.do("person", "set", "ben", "--status", "disabled")
    assert ask("intimail-people.cf", f"ben@{DOMAIN}") == "ben"
    assert ask("intimail-senders.cf", f"ben@{DOMAIN}") == ""
    assert f"socketmap:unix:{site.path}/run/map.sock:recipients\n" in settings
    inline = settings.split("inline:", 1)[1].split(", socketmap:")[0]
    done = subprocess.run([tool("postmap"), "-c", maps, "-q", f"abuse@{DOMAIN}", "inline:" + inline], capture_output=True, text=True)
    assert done.stdout.strip() == "admins", done


DOVECOT = """\
base_dir = {root}/run
state_dir = {root}/state
log_path = {root}/log
ssl = no
protocols =
disable_plaintext_auth = no
auth_mechanisms = plain
auth_username_format = %Lu
{settings}
service auth {{
  user = root
}}
service auth-worker {{
  user = root
}}
"""


def test_dovecot(site, path):
    root = path / "dovecot"
    root.mkdir()
    settings = site.do("directory", "dovecot-auth", root)
    settings = settings.replace("userdb {\n", f"userdb {{\n  override_fields = uid=nobody gid=nogroup home={root}\n")
    config = root / "dovecot.conf"
    config.write_text(DOVECOT.format(root=root, settings=settings))
    process = subprocess.Popen([tool("dovecot"), "-F", "-c", config])
    try:
        wait_until(lambda: (root / "run/auth-userdb").exists() and listens(root / "run/auth-userdb"), "Dovecot listens")

        def signs_in(login, password):
            return subprocess.run([tool("doveadm"), "-c", config, "auth", "test", login, password], capture_output=True,
                                  text=True).returncode == 0

        assert signs_in("ann", PASSWORD), (root / "log").read_text()
        assert signs_in(f"smith@{DOMAIN}", PASSWORD)
        assert not signs_in("ann", "wrong")
        assert not signs_in("nobody", PASSWORD)
        assert not signs_in("ben", PASSWORD), "somebody who is disabled signs in"
        user = run(tool("doveadm"), "-c", config, "user", f"smith@{DOMAIN}")
        assert f"maildir:{site.path}/mail/ann" in user, user
        assert "*:bytes=5000000000" in user, user
    finally:
        process.terminate()
        process.wait(30)


def test_caller(site, slapd):
    """Who is neither root nor the owner of the site, may what the person of that name may."""
    site.do("person", "add", "nobody", "--password-stdin", stdin=PASSWORD + "\n")
    for folder_ in (site.path, site.path / "mail"):
        folder_.chmod(0o755)
    (site.path / "intimail.conf").chmod(0o644)

    def ask(*words, stdin=None):
        return subprocess.run(["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", COMMAND, "--site", site.path, *words],
                              input=stdin, capture_output=True, text=True, timeout=60)

    listed = ask("--json", "person", "list")
    assert {"ann", "ben", "nobody"} <= {person["uid"] for person in json.loads(listed.stdout)}, listed
    made = ask("alias", "add", "nobody", "--temporary", "--note", "a shop")
    assert made.returncode == 0, made
    for words in (("person", "set", "ann", "--quota", "1M"), ("person", "set", "nobody", "--quota", "9G"), ("person", "remove", "ann"),
                  ("person", "passwd", "ann", "--generate"), ("group", "join", "admins", "nobody"), ("alias", "add", "ann", "--temporary"),
                  ("person", "app-password", "list", "ann"), ("directory", "check"), ("directory", "postfix-maps", "/nowhere"),
                  ("directory", "init"), ("expire",), ("person", "remove", "nobody", "--now")):
        refused = ask(*words)
        assert refused.returncode == 5 and "not permitted" in refused.stderr, (words, refused)
    assert ask("alias", "end", made.stdout.strip()).returncode == 0
    # The own password, with the old one.
    for old, new, status in (("wrong", "granite and 7 pears", 5), (PASSWORD, "secret", 2), (PASSWORD, "granite and 7 pears", 0)):
        changed = ask("person", "passwd", "nobody", "--password-stdin", stdin=f"{old}\n{new}\n")
        assert changed.returncode == status, changed
    assert slapd.whoami(slapd.ldapi, f"uid=nobody,ou=people,{BASE}", "granite and 7 pears").returncode == 0
    # Somebody who is no person may nothing.
    site.do("person", "remove", "nobody", "--now")
    assert "not permitted" in ask("person", "list").stderr


def main():
    with folder("dir") as path:
        slapd = make_empty_slapd(path / "s")
        site = Site(path / "site", slapd)
        with slapd:
            for story in (lambda: test_init(site), lambda: test_table(site, path), lambda: test_access(slapd),
                          lambda: test_app_password_access(site, slapd), lambda: test_second_factor_access(slapd),
                          lambda: test_private_access(site, slapd), lambda: test_check(site, slapd),
                          lambda: test_removal(site), lambda: test_ldif(site), lambda: test_caller(site, slapd),
                          lambda: test_postfix(site, path), lambda: test_dovecot(site, path)):
                story()
        gone = site.ask("person", "list")
        assert gone.returncode == 1 and "Can't contact" in gone.stderr, gone
        test_older_schema(path)
    print("ok")


if __name__ == "__main__":
    main()
