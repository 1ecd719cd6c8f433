// TorchSharp makes a native scalar of every number that is passed to a tensor's operation, and holds on to it no longer than the call
// begins: a garbage collection that another thread starts just then frees it under the running operation, which then fails with
// "Unknown scalar type". A trainer's process works on one thread; tests that run beside each other do not.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
