#ifndef MRG_GATEWAY_CLI_LICENCE_COMMAND_H_
#define MRG_GATEWAY_CLI_LICENCE_COMMAND_H_

// `mrgctl licence`: what an issuing authority does with its licences. Signing is its own system's
// work and offered here for demonstrations and tests; setting a status is the real call.

#include <span>
#include <string>

#include "gateway/cli/display.h"

namespace mrg {

// licence sign --key KEY.pem --scheme sm2-sm3|ecdsa-p256-sha256 --document FILE --out FILE
//   Writes a mrg.gateway.v1.Presentation, the thing a holder shows, in protobuf bytes.
// licence set-status --address A --cert C --key K --ca CA --jurisdiction NN --type CODE
//   --number-file FILE --action revoke|suspend|cancel|restore [--request-id ID]
// Result: an exit code of command.h.
int RunLicenceCommand(std::span<const std::string> args, Display& out, Display& err);

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_LICENCE_COMMAND_H_
