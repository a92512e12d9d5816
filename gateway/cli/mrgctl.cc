// mrgctl: the command line of operators, pack authors, auditors and provincial staff. Here is the
// table of command families; each stands in a file of its own.

#include <array>
#include <iostream>
#include <string>
#include <vector>

#include "gateway/base/build_version.h"
#include "gateway/cli/audit_command.h"
#include "gateway/cli/bundle_command.h"
#include "gateway/cli/catalogue_command.h"
#include "gateway/cli/certificate_command.h"
#include "gateway/cli/command.h"
#include "gateway/cli/command_line.h"
#include "gateway/cli/display.h"
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

namespace {

struct Family {
  const char* name;
  const char* what;
  mrg::CommandFamily run;
};

constexpr std::array kFamilies = {
    Family{"init", "makes the folder of a new member, hub or region", mrg::RunInitCommand},
    Family{"member", "introduces a region at the hub or at another region", mrg::RunMemberCommand},
    Family{"issuer", "lists a key of an issuing authority", mrg::RunIssuerCommand},
    Family{"agreement", "writes the text of a first agreement", mrg::RunAgreementCommand},
    Family{"doctor", "examines a node on its own machine", mrg::RunDoctorCommand},
    Family{"keys", "makes keys and prints their public parts", mrg::RunKeysCommand},
    Family{"certificate", "makes a CA for development, and certificates as nodes demand them",
           mrg::RunCertificateCommand},
    Family{"trust", "signing ceremony of a member's trust repository", mrg::RunTrustCommand},
    Family{"bundle", "carries trust lists to a network without a link", mrg::RunBundleCommand},
    Family{"pack", "checks and explains mapping packs", mrg::RunPackCommand},
    Family{"recognize", "asks whether a licence is recognised", mrg::RunRecognizeCommand},
    Family{"translate", "translates a licence between two standards", mrg::RunTranslateCommand},
    Family{"catalogue", "shows types, agreements, scenarios, and what a use would show",
           mrg::RunCatalogueCommand},
    Family{"receipt", "verifies receipts, erases salts", mrg::RunReceiptCommand},
    Family{"audit", "checks the integrity of a node's decision log", mrg::RunAuditCommand},
    Family{"log", "follows, verifies and reads a node's decision log, as an auditor does",
           mrg::RunLogCommand},
    Family{"licence", "signs licences and sets their status, as an authority does",
           mrg::RunLicenceCommand},
    Family{"tuf", "a TUF client for any repository on a static mirror", mrg::RunTufCommand},
    Family{"dispute", "files, follows and works disputes", mrg::RunDisputeCommand},
};

void PrintFamilies(mrg::Display& out) {
  out << "usage: mrgctl FAMILY ...   (mrgctl FAMILY --help tells more)\n"
         "       mrgctl --version\n\n";
  for (const Family& family : kFamilies) {
    out << "  " << family.name << std::string(12 - std::string(family.name).size(), ' ')
        << family.what << "\n";
  }
}

}  // namespace

int main(int argc, char** argv) {
  mrg::Display out(&std::cout);
  mrg::Display err(&std::cerr);
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.empty() || words[0] == "--help" || words[0] == "-h") {
    PrintFamilies(words.empty() ? err : out);
    return words.empty() ? mrg::kExitUsage : mrg::kExitOk;
  }
  if (words[0] == "--version") {
    out << "mrgctl " << mrg::BuildVersion().text() << " (" << mrg::BuildRevision().text() << ")\n";
    return mrg::kExitOk;
  }
  for (const Family& family : kFamilies) {
    if (words[0] != family.name) continue;
    const int code = family.run(std::span(words).subspan(1), out, err);
    return code == mrg::kExitHelpShown ? mrg::kExitOk : code;
  }
  err << "mrgctl: there is no command family \"" << words[0] << "\"\n\n";
  PrintFamilies(err);
  return mrg::kExitUsage;
}
