using MtlStudio.Training.Quantization;
using static TorchSharp.torch;

namespace MtlStudio.Training.Models;

/// <summary>How a parameter starts where no checkpoint gives it.</summary>
public enum ParameterStart { Normal, Ones, Zeros }

/// <summary>
/// A place in the model that holds one parameter. The forward pass reads <see cref="Value"/> each time, so that another
/// tensor (a view into one flat buffer, say) can be put in its place with <see cref="Bind"/>.
/// </summary>
public sealed class ParameterSlot(string name, long[] shape, ParameterStart start = ParameterStart.Normal) : IDisposable
{
    private Tensor? value;
    private bool owned;
    private ScalarType? computed;

    /// <summary>The Hugging Face name, as <c>model.layers.0.self_attn.q_proj.weight</c>.</summary>
    public string Name { get; } = name;
    public IReadOnlyList<long> Shape => shape;
    public long Elements => shape.Aggregate(1L, (a, b) => a * b);
    public ParameterStart Start { get; } = start;

    /// <summary>The slot whose tensor this one uses (tied embeddings), or null.</summary>
    public ParameterSlot? TiedTo { get; internal set; }

    /// <summary>The slot whose tensor the forward pass uses instead of this one's own, which stays as it is (a module trained whole, a merged weight), or null.</summary>
    public ParameterSlot? Replacement { get; internal set; }

    /// <summary>The value in few bits, in place of a tensor; null: there is a tensor.</summary>
    public IPackedWeight? Packed { get; private set; }

    public bool IsSet => Replacement?.IsSet ?? TiedTo?.IsSet ?? (value is not null || Packed is not null);

    /// <summary>The tensor the forward pass uses now; of a packed value, and of one that is kept in another type than it is computed in, a new one, in the caller's dispose scope.</summary>
    public Tensor Value => Replacement?.Value ?? TiedTo?.Value ?? (value is null ? Packed?.Unpack(computed!.Value) : InType(value)) ?? throw new InvalidOperationException($"{Name} has no value yet");

    /// <summary>The tensor as it is kept: the master of a value that is computed in fewer bits, else <see cref="Value"/>.</summary>
    public Tensor Stored => Replacement?.Stored ?? TiedTo?.Stored ?? value ?? Value;

    /// <summary>Rows of the value, each turned to its type by itself.</summary>
    internal Tensor Rows(Tensor index) => Replacement?.Rows(index) ?? TiedTo?.Rows(index) ?? InType(Stored.index_select(0, index));

    /// <summary>Lets <see cref="Value"/> be in this type, whatever type the tensor is kept in: gradients reach that one in its own.</summary>
    internal ParameterSlot ComputeIn(ScalarType type)
    {
        computed = type;
        return this;
    }

    /// <summary>Keeps an owned tensor in the type it is computed in from now on.</summary>
    internal void Settle()
    {
        if (owned && computed is { } type && value!.dtype != type) Own(value.to(type));
    }

    private Tensor InType(Tensor tensor) => computed is { } type && tensor.dtype != type ? tensor.to(type) : tensor;

    /// <summary>
    /// Lets the forward pass use <paramref name="view"/> from now on; its shape must be the slot's. The caller keeps
    /// owning it (and sets requires_grad as it likes). A tensor the slot owned before is disposed.
    /// </summary>
    public void Bind(Tensor view) => Set(view, own: false);

    /// <summary>Puts <paramref name="tensor"/> here and disposes it with the slot.</summary>
    internal void Own(Tensor tensor) => Set(tensor.DetachFromDisposeScope(), own: true);

    /// <summary>Keeps <paramref name="packed"/> instead of the tensor, and disposes it with the slot.</summary>
    /// <param name="type">The type it is computed with.</param>
    internal void Pack(IPackedWeight packed, ScalarType type)
    {
        if (owned) value!.Dispose();
        (value, owned, Packed, computed) = (null, false, packed, type);
    }

    private void Set(Tensor tensor, bool own)
    {
        if (TiedTo is not null) throw new InvalidOperationException($"{Name} is tied to {TiedTo.Name}: bind that one");
        if (!tensor.shape.AsSpan().SequenceEqual(shape))
            throw new ArgumentException($"{Name} has shape [{string.Join(", ", shape)}] and was given [{string.Join(", ", tensor.shape)}]", nameof(tensor));
        if (ReferenceEquals(value, tensor)) return;
        if (owned) value!.Dispose();
        (value, owned) = (tensor, own);
    }

    public void Dispose()
    {
        if (owned) value!.Dispose();
        Packed?.Dispose();
        (value, owned, Packed) = (null, false, null);
    }

    public override string ToString() => $"{Name} [{string.Join(", ", shape)}]";
}
