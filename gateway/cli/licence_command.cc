#include "gateway/cli/licence_command.h"

#include <vector>

#include "CLI/CLI.hpp"
#include "gateway/base/status_macros.h"
#include "gateway/cli/command.h"
#include "gateway/cli/command_line.h"
#include "gateway/cli/file_io.h"
#include "gateway/crypto/evp_signer.h"
#include "gateway/crypto/private_key_file.h"
#include "mrg/gateway/v1/presentation.pb.h"

namespace mrg {
namespace {

struct SignFlags {
  std::string key;
  std::string scheme = "sm2-sm3";
  std::string document;
  std::string out;
};

absl::Status Sign(const SignFlags& flags) {
  MRG_ASSIGN_OR_RETURN(const Scheme scheme, SchemeFromName(flags.scheme));
  MRG_ASSIGN_OR_RETURN(const std::string pem, ReadPrivateKeyFile(flags.key));
  MRG_ASSIGN_OR_RETURN(const std::unique_ptr<Signer> signer, NewEvpSigner(scheme, pem));
  MRG_ASSIGN_OR_RETURN(const std::string document, ReadWholeFile(flags.document));
  MRG_ASSIGN_OR_RETURN(const std::string signature, signer->Sign(document));
  gateway::v1::Presentation presentation;
  gateway::v1::DetachedSignature* detached = presentation.mutable_detached();
  detached->set_document(document);
  detached->set_algorithm(scheme == Scheme::kSm2Sm3
                              ? gateway::v1::SIGNATURE_ALGORITHM_SM2_SM3
                              : gateway::v1::SIGNATURE_ALGORITHM_ECDSA_P256_SHA256);
  detached->set_signature(signature);
  detached->set_public_key(signer->public_key().spki_der());
  return WriteWholeFile(flags.out, presentation.SerializeAsString());
}

}  // namespace

int RunLicenceCommand(std::span<const std::string> args, std::ostream& out, std::ostream& err) {
  SignFlags flags;
  CLI::App app("Signs licence documents as an issuing authority would", "mrgctl licence");
  app.require_subcommand(1);
  CLI::App* sign = app.add_subcommand("sign", "signs one document");
  sign->add_option("--key", flags.key, "the authority's private key, PEM, mode 0600")->required();
  sign->add_option("--scheme", flags.scheme, "sm2-sm3 or ecdsa-p256-sha256")
      ->check(CLI::IsMember({"sm2-sm3", "ecdsa-p256-sha256"}));
  sign->add_option("--document", flags.document, "the document's bytes")->required();
  sign->add_option("--out", flags.out, "where the presentation goes")->required();
  if (const int code = ParseCommandLine(app, args, out, err); code != kExitOk) return code;
  return Report(Sign(flags), err);
}

}  // namespace mrg
