using System.Runtime.CompilerServices;

namespace MtlStudio.Training.Tests;

internal static class OneThread
{
    /// <summary>Tests' tensors are small, and threads that wait for each other on a busy machine cost minutes.</summary>
    [ModuleInitializer]
    internal static void Set()
    {
        MtlStudio.Training.Loop.NativeSettings.Apply();
        Environment.SetEnvironmentVariable("MTL_THREADS", "1"); // commands that tests run would set it back, for all tests at once
        TorchSharp.torch.set_num_threads(1);
    }
}
