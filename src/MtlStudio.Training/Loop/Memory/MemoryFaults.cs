namespace MtlStudio.Training.Loop;

/// <summary>What a run was at when memory ran out.</summary>
public enum MemoryPhase { Load, Prepare, Forward, Backward, Weigh, Optimizer, Evaluation, Checkpoint }

/// <summary>Memory ran out where nothing could be made smaller; the message says at what, and what cures it.</summary>
public sealed class NotEnoughMemoryException(string message, MemoryPhase phase, Exception inner) : Exception(message, inner)
{
    public MemoryPhase Phase { get; } = phase;
}

/// <summary>Tells that memory ran out, and says what to do about it.</summary>
public static class MemoryFaults
{
    // Of libtorch on the CPU ("DefaultCPUAllocator: not enough memory: you tried to allocate …", "can't allocate memory: …"), of C++, and of CUDA ("CUDA out of memory").
    private static readonly string[] Words = ["you tried to allocate", "out of memory", "can't allocate memory", "not enough memory", "bad_alloc", "Cannot allocate memory", "CUBLAS_STATUS_ALLOC_FAILED"];

    public static bool IsOutOfMemory(Exception fault) => fault is OutOfMemoryException
        || (fault is System.Runtime.InteropServices.ExternalException or IOException && Words.Any(word => fault.Message.Contains(word, StringComparison.OrdinalIgnoreCase)));

    /// <summary>Does a phase's work; where memory runs out, the exception names the phase and the cure.</summary>
    /// <param name="at">As "at step 12"; null: no step is under way.</param>
    /// <exception cref="NotEnoughMemoryException">Memory ran out.</exception>
    public static T During<T>(MemoryPhase phase, string? at, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception fault) when (IsOutOfMemory(fault))
        {
            throw Of(phase, at, fault);
        }
    }

    /// <inheritdoc cref="During{T}"/>
    public static void During(MemoryPhase phase, string? at, Action work) => During(phase, at, () =>
    {
        work();
        return true;
    });

    public static NotEnoughMemoryException Of(MemoryPhase phase, string? at, Exception fault) =>
        new($"There was not enough memory {Doing(phase)}{(at is null ? "" : $" {at}")}: {Cure(phase)} ({FirstLine(fault.Message)})", phase, fault);

    private static string Doing(MemoryPhase phase) => phase switch
    {
        MemoryPhase.Load => "to load the model",
        MemoryPhase.Prepare => "for gradients and optimizer state before the first step",
        MemoryPhase.Forward => "for the forward pass of one example",
        MemoryPhase.Backward => "for the backward pass of one example",
        MemoryPhase.Weigh => "to weigh the tasks' gradients",
        MemoryPhase.Optimizer => "for the optimizer's step",
        MemoryPhase.Evaluation => "for the evaluation",
        _ => "to write a checkpoint",
    };

    private static string Cure(MemoryPhase phase) => phase switch
    {
        MemoryPhase.Load => "set training.precision to bf16 or model.quantize to nf4 (with an adapter), or choose a smaller model or a machine with more memory",
        MemoryPhase.Prepare => "train an adapter (peft lora) in place of the whole model, set weighting.gradients to sketch, or choose the optimizer adamw-8bit or adafactor",
        MemoryPhase.Forward or MemoryPhase.Backward => "lower training.maxLength, set training.activationCheckpointing to all, or train an adapter on a model in fewer bits (model.quantize)",
        MemoryPhase.Weigh => "set weighting.gradients to sketch, or choose a policy on losses",
        MemoryPhase.Optimizer => "choose the optimizer adamw-8bit or adafactor, or train an adapter with fewer parameters",
        MemoryPhase.Evaluation => "lower tasks[].maxNewTokens or training.maxLength, or end other programs on the machine",
        _ => "end other programs on the machine, or train fewer parameters",
    };

    private static string FirstLine(string message) => message.Split('\n')[0].Trim();
}
