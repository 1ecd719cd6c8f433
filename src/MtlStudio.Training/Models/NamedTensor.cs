using static TorchSharp.torch;

namespace MtlStudio.Training.Models;

/// <summary>A tensor under the name it has in a file.</summary>
public readonly record struct NamedTensor(string Name, Tensor Value);
