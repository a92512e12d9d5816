#include "gateway/cli/families.h"

#include <string>
#include <vector>

#include "gateway/base/build_version.h"
#include "gateway/cli/audit_command.h"
#include "gateway/cli/backup/backup_command.h"
#include "gateway/cli/bundle_command.h"
#include "gateway/cli/catalogue_command.h"
#include "gateway/cli/certificate_command.h"
#include "gateway/cli/command_line.h"
#include "gateway/cli/dispute_command.h"
#include "gateway/cli/doctor/doctor_command.h"
#include "gateway/cli/keys_command.h"
#include "gateway/cli/licence_command.h"
#include "gateway/cli/log_command.h"
#include "gateway/cli/pack_command.h"
#include "gateway/cli/receipt_command.h"
#include "gateway/cli/recognize_command.h"
#include "gateway/cli/setup/agreement_command.h"
#include "gateway/cli/setup/init_command.h"
#include "gateway/cli/setup/issuer_command.h"
#include "gateway/cli/setup/member_command.h"
#include "gateway/cli/translate_command.h"
#include "gateway/cli/trust_command.h"
#include "gateway/cli/tuf_command.h"
#include "gateway/cli/words.h"

namespace mrg {
namespace {

constexpr Family kFamilies[] = {
    {"init", "makes the folder of a new member, hub or region", RunInitCommand},
    {"member", "introduces a region at the hub or at another region", RunMemberCommand},
    {"issuer", "lists a key of an issuing authority", RunIssuerCommand},
    {"agreement", "writes the text of a first agreement", RunAgreementCommand},
    {"doctor", "examines a node on its own machine", RunDoctorCommand},
    {"keys", "makes keys and prints their public parts", RunKeysCommand},
    {"certificate", "makes a CA for development, and certificates as nodes demand them",
     RunCertificateCommand},
    {"trust", "signing ceremony of a member's trust repository", RunTrustCommand},
    {"bundle", "carries trust lists to a network without a link", RunBundleCommand},
    {"pack", "checks and explains mapping packs", RunPackCommand},
    {"recognize", "asks whether a licence is recognised", RunRecognizeCommand},
    {"translate", "translates a licence between two standards", RunTranslateCommand},
    {"catalogue", "shows types, agreements, scenarios, and what a use would show",
     RunCatalogueCommand},
    {"receipt", "verifies receipts, erases salts", RunReceiptCommand},
    {"audit", "checks the integrity of a node's decision log", RunAuditCommand},
    {"backup", "makes, verifies and restores backups of a node", RunBackupCommand},
    {"log", "follows, verifies and reads a node's decision log, as an auditor does", RunLogCommand},
    {"licence", "signs licences and sets their status, as an authority does", RunLicenceCommand},
    {"tuf", "a TUF client for any repository on a static mirror", RunTufCommand},
    {"dispute", "files, follows and works disputes", RunDisputeCommand},
};

void PrintRow(const char* name, const char* what, Display& out) {
  constexpr size_t kColumn = 12;
  out << "  " << name << std::string(kColumn - std::string(name).size(), ' ') << OwnWords(what)
      << "\n";
}

void PrintFamilies(Display& out) {
  out << "usage: mrgctl FAMILY ...   (mrgctl help FAMILY tells more)\n"
         "       mrgctl help FAMILY COMMAND\n"
         "       mrgctl --lang zh|en ...\n"
         "       mrgctl --version\n\n";
  for (const Family& family : kFamilies) PrintRow(family.name, family.what, out);
  PrintRow("help", "explains a family, or one of its commands by an example", out);
}

int RunFamily(const std::string& name, std::span<const std::string> words, Display& out,
              Display& err) {
  for (const Family& family : kFamilies) {
    if (name != family.name) continue;
    const int code = family.run(words, out, err);
    return code == kExitHelpShown ? kExitOk : code;
  }
  err << "mrgctl: there is no command family \"" << name << "\"\n\n";
  PrintFamilies(err);
  return kExitUsage;
}

}  // namespace

std::span<const Family> Families() { return kFamilies; }

int RunWords(std::span<const std::string> words, Display& out, Display& err) {
  if (words.size() >= 2 && words[0] == "--lang") {
    const auto language = LanguageFromName(words[1]);
    if (!language.has_value()) return ReportUsage("mrgctl", "--lang: expected zh or en", err);
    out.SetLanguage(*language);
    err.SetLanguage(*language);
    words = words.subspan(2);
  }
  if (words.empty()) {
    PrintFamilies(err);
    return kExitUsage;
  }
  const bool wants_help = words[0] == "help" || words[0] == "--help" || words[0] == "-h";
  if (wants_help && (words.size() == 1 || words[1].starts_with("-"))) {
    PrintFamilies(out);
    return kExitOk;
  }
  if (words[0] == "--version") {
    out << "mrgctl " << BuildVersion().text() << " (" << BuildRevision().text() << ")\n";
    return kExitOk;
  }
  if (!wants_help) return RunFamily(words[0], words.subspan(1), out, err);
  std::vector<std::string> asked(words.begin() + 2, words.end());
  asked.push_back("--help");
  return RunFamily(words[1], asked, out, err);
}

}  // namespace mrg
