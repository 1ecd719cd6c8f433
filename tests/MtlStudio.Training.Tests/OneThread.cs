using System.Runtime.CompilerServices;

namespace MtlStudio.Training.Tests;

internal static class OneThread
{
    /// <summary>Tests' tensors are small, and threads that wait for each other on a busy machine cost minutes.</summary>
    [ModuleInitializer]
    internal static void Set()
    {
        MtlStudio.Trainer.Runs.NativeSettings.Apply();
        TorchSharp.torch.set_num_threads(1);
    }
}
