#ifndef MRG_GATEWAY_TRANSLATION_PACK_TESTS_H_
#define MRG_GATEWAY_TRANSLATION_PACK_TESTS_H_

// The tests that stand inside a mapping pack, run each time it is checked or loaded.
// Package-private to gateway/translation.
//
// Thread-safe: pure functions.

#include "absl/status/status.h"
#include "gateway/translation/pack_program.h"
#include "mrg/gateway/v1/mapping_pack.pb.h"

namespace mrg {

// Runs the tests of `pack` on its compiled form, as mrg.gateway.v1.PackTest says.
// Errors: PACK_INVALID, naming the first test that fails, its part of the file and what differs.
absl::Status RunPackTests(const gateway::v1::MappingPack& pack, const PackProgram& program);

}  // namespace mrg

#endif  // MRG_GATEWAY_TRANSLATION_PACK_TESTS_H_
