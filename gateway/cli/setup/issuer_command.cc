#include "gateway/cli/setup/issuer_command.h"

#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/real_clock.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/whole_file.h"
#include "gateway/ceremony/issuer_addition.h"
#include "gateway/ceremony/repository_folder.h"
#include "gateway/cli/command.h"
#include "gateway/cli/command_line.h"
#include "gateway/cli/json_output.h"
#include "gateway/cli/spoken_digest.h"
#include "gateway/crypto/certificate.h"
#include "gateway/crypto/public_key.h"

namespace mrg {
namespace {

constexpr size_t kKeyFileBytesMax = size_t{64} << 10;
constexpr Scheme kSchemes[] = {Scheme::kSm2Sm3, Scheme::kEcdsaP256Sha256, Scheme::kEd25519,
                               Scheme::kRsaPssSha256};

struct IssuerFlags {
  AddIssuerOptions issuer;
  std::string repository;
  std::string pem;
  std::string certificate;
};

absl::Status NoKey(absl::string_view flag, absl::string_view expected, const std::string& path) {
  return MakeFieldError(Reason::kFieldMalformed, flag,
                        absl::StrCat("expected ", expected, ", found ", path));
}

// A key fits one scheme only, which the authority need not name.
absl::StatusOr<PublicKey> ReadKey(const IssuerFlags& flags) {
  const bool is_certificate = flags.pem.empty();
  const char* const flag = is_certificate ? "--certificate" : "--pem";
  const std::string& path = is_certificate ? flags.certificate : flags.pem;
  auto bytes = ReadWholeFile(path, kKeyFileBytesMax);
  if (!bytes.ok()) {
    return absl::Status(bytes.status().code(), absl::StrCat(flag, ": ", bytes.status().message()));
  }
  std::string spki;
  if (is_certificate) {
    const auto certificates = ParsePemCertificates(*bytes);
    if (!certificates.ok()) return NoKey(flag, "a PEM certificate", path);
    spki = certificates->front().spki_der();
  }
  for (const Scheme scheme : kSchemes) {
    auto key = is_certificate ? PublicKey::Parse(scheme, spki) : PublicKeyFromPem(scheme, *bytes);
    if (key.ok()) return key;
  }
  return NoKey(flag, "a PEM public key of SM2, ECDSA P-256, Ed25519 or RSA", path);
}

absl::Status Add(const IssuerFlags& flags, Display& out) {
  MRG_ASSIGN_OR_RETURN(const PublicKey key, ReadKey(flags));
  RepositoryFolder folder(flags.repository);
  MRG_ASSIGN_OR_RETURN(const AddedIssuer added,
                       AddIssuer(flags.issuer, key, RealClock().Now(), &folder));
  out << "staged " << added.path << ", to be signed by " << added.role << ": "
      << flags.issuer.issuer_code << " " << flags.issuer.name << "\n"
      << "its key, " << SchemeName(key.scheme()) << ": " << SpokenDigest(key.spki_sha256())
      << "\n\n"
      << "Have the authority read out the digest of its key. When each group is the same:\n"
      << "     mrgctl trust sign --repository " << flags.repository << " --role " << added.role
      << " --key KEYS/offline/" << added.role << ".pem\n";
  ShowJson({{"path", added.path},
            {"role", added.role},
            {"issuerCode", flags.issuer.issuer_code},
            {"scheme", std::string(SchemeName(key.scheme()))},
            {"keySha256", absl::BytesToHexString(key.spki_sha256())}},
           out);
  return absl::OkStatus();
}

}  // namespace

int RunIssuerCommand(std::span<const std::string> args, Display& out, Display& err) {
  IssuerFlags flags;
  CLI::App app("The issuing authorities that a province lists", "mrgctl issuer");
  app.require_subcommand(1);
  CLI::App* add = app.add_subcommand("add", "stages a key of an authority for the province's list");
  add->add_option("--repository", flags.repository, "folder of the repository")->required();
  add->add_option("--jurisdiction", flags.issuer.jurisdiction, "province code, e.g. 31")
      ->required();
  add->add_option("--code", flags.issuer.issuer_code, "the authority's code, GB 32100")->required();
  add->add_option("--name", flags.issuer.name, "its name")->required();
  CLI::Option_group* key = add->add_option_group("key", "the file that the authority gave");
  key->add_option("--pem", flags.pem, "public key, PEM");
  key->add_option("--certificate", flags.certificate, "or a certificate with it, PEM");
  key->require_option(1);
  add->add_option("--type", flags.issuer.type_codes, "licence type that it signs; repeatable")
      ->delimiter(',')
      ->required();
  add->add_option("--area", flags.issuer.areas,
                  "areas that it signs for, GB/T 2260; default: the province")
      ->delimiter(',');
  add->add_option("--from", flags.issuer.from,
                  "start of the listing, 2026-11-24T00:00:00+08:00; default: now");
  if (const int code = ParseCommandLine(app, args, out, err); code != kExitOk) return code;
  return Report(Add(flags, out), err);
}

}  // namespace mrg
