namespace MtlStudio.Training.Loop;

/// <summary>A part of what tasks share, whose gradients are looked at by themselves.</summary>
/// <param name="Name">"embedding", "attention", "mlp", "head"; "lower", "middle", "upper" (thirds of the depth); "layer-3" or "layers-4-7".</param>
/// <param name="Ranges">Stretches of the flat buffer, rising, none touching the next.</param>
public sealed record LayerGroup(string Name, IReadOnlyList<(long Start, long Length)> Ranges);
