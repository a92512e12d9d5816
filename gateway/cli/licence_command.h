#ifndef MRG_GATEWAY_CLI_LICENCE_COMMAND_H_
#define MRG_GATEWAY_CLI_LICENCE_COMMAND_H_

// `mrgctl licence`: what an issuing authority's own system does, offered for demonstrations and
// tests: it signs a licence document and writes the presentation a holder would show.

#include <ostream>
#include <span>
#include <string>

namespace mrg {

// licence sign --key KEY.pem --scheme sm2-sm3|ecdsa-p256-sha256 --document FILE --out FILE
// Writes a mrg.gateway.v1.Presentation in protobuf bytes. Result: an exit code of command.h.
int RunLicenceCommand(std::span<const std::string> args, std::ostream& out, std::ostream& err);

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_LICENCE_COMMAND_H_
