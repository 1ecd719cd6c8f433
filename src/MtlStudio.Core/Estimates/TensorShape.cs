namespace MtlStudio.Core.Estimates;

/// <summary>A parameter as a checkpoint's header names it.</summary>
public sealed record TensorShape(string Name, IReadOnlyList<long> Shape)
{
    public long Elements { get; } = Shape.Aggregate(1L, (a, b) => checked(a * b));

    /// <summary>The layer that the first number between dots names, from 0; null outside the layers.</summary>
    public int? Layer { get; } = Name.Split('.') is var parts && parts.Skip(1).SkipLast(1).FirstOrDefault(part => int.TryParse(part, out _)) is { } number ? int.Parse(number) : null;

    /// <summary>The name without its last part.</summary>
    public string Module { get; } = Name.LastIndexOf('.') is > 0 and var dot ? Name[..dot] : Name;

    public bool IsBias => Name.EndsWith(".bias", StringComparison.Ordinal);

    /// <summary>A linear layer's matrix (out, in): two dimensions and a name that ends with ".weight"; embeddings look the same.</summary>
    public bool IsMatrix => Shape.Count == 2 && Name.EndsWith(".weight", StringComparison.Ordinal);
}
