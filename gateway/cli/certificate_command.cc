#include "gateway/cli/certificate_command.h"

#include <filesystem>
#include <system_error>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gateway/base/real_clock.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/whole_file.h"
#include "gateway/cli/certificate_files.h"
#include "gateway/cli/command.h"
#include "gateway/cli/command_line.h"
#include "gateway/cli/json_output.h"
#include "gateway/crypto/certificate.h"

namespace mrg {
namespace {

namespace fs = std::filesystem;

struct CertificateFlags {
  std::string domain;
  std::string out;
  int authority_days = 365;
  std::string authority;
  CertificateWish wish;
  std::string certificate;
  std::string list;
  int list_days = 30;
};

// Makes the folder when it is missing, for its owner alone; one that is there stays as it is.
absl::Status MakeFolder(const std::string& path) {
  std::error_code error;
  if (fs::create_directories(path, error) && !error) {
    fs::permissions(path, fs::perms::owner_all, error);
  }
  if (!error) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat("--out: cannot make ", path, ": ", error.message()));
}

absl::Status Print(const std::string& prefix, const KeyedCertificate& pair, Display& out) {
  MRG_ASSIGN_OR_RETURN(const std::vector<Certificate> made,
                       ParsePemCertificates(pair.certificate_pem));
  out << prefix << ".pem  " << made.front().uri_sans().front() << " until "
      << made.front().not_after() << "\n"
      << prefix << ".key  its private key, mode 0600\n";
  ShowJson({{"certificate", prefix + ".pem"},
            {"key", prefix + ".key"},
            {"identity", made.front().uri_sans().front()},
            {"until", JsonTime(made.front().not_after())}},
           out);
  return absl::OkStatus();
}

absl::Status MakeAuthority(const CertificateFlags& flags, absl::Time now, Display& out) {
  MRG_RETURN_IF_ERROR(CheckTrustDomain("--domain", flags.domain));
  MRG_ASSIGN_OR_RETURN(const absl::Duration lifetime,
                       DaysOf("--days", flags.authority_days, kAuthorityDaysMax));
  MRG_ASSIGN_OR_RETURN(const KeyedCertificate authority,
                       MakeDevelopmentAuthority(flags.domain, lifetime, now));
  MRG_RETURN_IF_ERROR(MakeFolder(flags.out));
  const std::string prefix = (fs::path(flags.out) / "ca").string();
  MRG_RETURN_IF_ERROR(WritePair("--out", prefix, authority));
  return Print(prefix, authority, out);
}

absl::Status Issue(const CertificateFlags& flags, absl::Time now, Display& out) {
  MRG_ASSIGN_OR_RETURN(const KeyedCertificate authority,
                       ReadAuthority("--authority", flags.authority));
  MRG_ASSIGN_OR_RETURN(const KeyedCertificate issued, IssueWished(authority, flags.wish, now));
  MRG_RETURN_IF_ERROR(WritePair("--out", flags.out, issued));
  return Print(flags.out, issued, out);
}

absl::Status Revoke(const CertificateFlags& flags, absl::Time now, Display& out) {
  MRG_ASSIGN_OR_RETURN(const absl::Duration lifetime,
                       DaysOf("--days", flags.list_days, kCertificateDaysMax));
  MRG_ASSIGN_OR_RETURN(const KeyedCertificate authority,
                       ReadAuthority("--authority", flags.authority));
  std::string certificate;
  if (!flags.certificate.empty()) {
    MRG_ASSIGN_OR_RETURN(certificate, ReadWholeFile(flags.certificate));
  }
  const std::string path =
      flags.list.empty() ? (fs::path(flags.authority) / "ca.crl").string() : flags.list;
  const absl::StatusOr<std::string> before = ReadWholeFile(path);
  if (!before.ok() && !absl::IsNotFound(before.status())) return before.status();
  MRG_ASSIGN_OR_RETURN(const std::string list,
                       RevokeDevelopmentCertificate(authority, before.ok() ? *before : "",
                                                    certificate, lifetime, now));
  // Whole into the place of the one before: nodes look at it every second.
  const std::string next = path + ".next";
  MRG_RETURN_IF_ERROR(WriteWholeFile(next, list));
  std::error_code error;
  fs::rename(next, path, error);
  if (error) {
    return absl::UnavailableError(
        absl::StrCat("--list: cannot write ", path, ": ", error.message()));
  }
  out << path << "  the list of revocations, to be renewed before " << now + lifetime
      << "\nEach node that knows this CA names it as crl_path of the trust domain.\n";
  ShowJson({{"list", path}, {"renewBefore", JsonTime(now + lifetime)}}, out);
  return absl::OkStatus();
}

}  // namespace

int RunCertificateCommand(std::span<const std::string> args, Display& out, Display& err) {
  CertificateFlags flags;
  CLI::App app(
      "A CA for development and its certificates; docs/CERTIFICATES.md says what to use instead",
      "mrgctl certificate");
  app.require_subcommand(1);
  CLI::App* authority = app.add_subcommand("authority", "makes the CA of a trust domain");
  authority->add_option("--domain", flags.domain, "trust domain, e.g. delta.example")->required();
  authority->add_option("--out", flags.out, "folder for ca.pem and ca.key")->required();
  authority->add_option("--days", flags.authority_days, "days that it holds, 1 to 3650; 365");
  CLI::App* issue = app.add_subcommand("issue", "makes a key and its certificate");
  issue->add_option("--authority", flags.authority, "folder with ca.pem and ca.key")->required();
  issue
      ->add_option("--identity", flags.wish.path,
                   "path of its SPIFFE id: node/LOG_ID of a node, jurisdiction/NN/platform/NAME of "
                   "a platform")
      ->required();
  issue->add_option("--dns", flags.wish.dns_names, "host at which callers find it; repeatable")
      ->allow_extra_args(false);
  issue->add_option("--ip", flags.wish.addresses, "the same for an address; repeatable")
      ->allow_extra_args(false);
  issue->add_option("--days", flags.wish.days, "days that it holds, 1 to 398; 30");
  issue->add_option("--out", flags.out, "PREFIX of the new files PREFIX.pem and PREFIX.key")
      ->required();
  CLI::App* revoke = app.add_subcommand(
      "revoke", "puts a certificate on the CA's list of revocations; without one renews the list");
  revoke->add_option("--authority", flags.authority, "folder with ca.pem and ca.key")->required();
  revoke->add_option("--certificate", flags.certificate, "PEM file of the certificate");
  revoke->add_option("--list", flags.list, "file of the list; default ca.crl in that folder");
  revoke->add_option("--days", flags.list_days, "days that the list holds, 1 to 398; 30");
  for (CLI::App* command : {authority, issue}) {
    command->footer("Nothing is overwritten.");
  }
  if (const int code = ParseCommandLine(app, args, out, err); code != kExitOk) return code;
  const absl::Time now = RealClock().Now();
  if (authority->parsed()) return Report(MakeAuthority(flags, now, out), err);
  if (revoke->parsed()) return Report(Revoke(flags, now, out), err);
  return Report(Issue(flags, now, out), err);
}

}  // namespace mrg
