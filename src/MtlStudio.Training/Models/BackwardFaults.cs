using System.Runtime.ExceptionServices;
using static TorchSharp.torch;

namespace MtlStudio.Training.Models;

/// <summary>
/// What went wrong within a backward pass: an exception of a function of our own cannot pass through libtorch, which
/// would end the process. The function gives nothing back, and whoever asked for the pass throws what was kept.
/// </summary>
internal static class BackwardFaults
{
    private static Exception? first;

    public static void Keep(Exception fault) => Interlocked.CompareExchange(ref first, fault, null);

    /// <summary>To be called after each backward pass.</summary>
    public static void ThrowIfAny()
    {
        if (Interlocked.Exchange(ref first, null) is { } fault) ExceptionDispatchInfo.Throw(fault);
    }

    /// <summary>No gradient for any of so many arguments.</summary>
    public static List<Tensor> Nothing(int arguments) => [.. Enumerable.Repeat<Tensor>(null!, arguments)];
}
