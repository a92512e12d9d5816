#ifndef MRG_TESTS_FEDERATION_EVERY_METHOD_H_
#define MRG_TESTS_FEDERATION_EVERY_METHOD_H_

// Every method of every service that nodes speak, for tests that must leave none out.
//
// Thread-safe: a pure function.

#include <vector>

#include "google/protobuf/descriptor.h"

namespace mrg {

// Result: the methods, in the order of their files.
std::vector<const google::protobuf::MethodDescriptor*> EveryMethod();

}  // namespace mrg

#endif  // MRG_TESTS_FEDERATION_EVERY_METHOD_H_
