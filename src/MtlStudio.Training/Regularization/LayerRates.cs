using System.Text.RegularExpressions;

namespace MtlStudio.Training.Regularization;

/// <summary>
/// Layer-wise learning rates (Howard, Ruder 2018; ELECTRA): the deeper below the head, the slower. Depth is 0 for the
/// embeddings, 1 to L for the layers, and L + 1 for the final norm and the head; the factor is decay^(L + 1 − depth).
/// </summary>
public static partial class LayerRates
{
    /// <summary>What the learning rate of a parameter is multiplied by.</summary>
    /// <param name="parameter">Its Hugging Face name, as <c>model.layers.3.mlp.up_proj.weight</c>; adapters carry their layer's.</param>
    /// <param name="layers">L, of the model.</param>
    /// <param name="decay">Over 0; 1: all rates are equal.</param>
    public static double Factor(string parameter, int layers, double decay) => decay == 1 ? 1 : Math.Pow(decay, layers + 1 - Depth(parameter, layers));

    /// <summary>The layer, from 0, that a parameter or its adapter belongs to; null: none.</summary>
    public static int? LayerOf(string parameter) => Layer().Match(parameter) is { Success: true } found ? int.Parse(found.Groups[1].Value) : null;

    private static int Depth(string parameter, int layers) =>
        LayerOf(parameter) is { } layer ? layer + 1
        : Embedding().IsMatch(parameter) ? 0
        : layers + 1;

    [GeneratedRegex(@"(?:^|\.)(?:layers|h|blocks)\.(\d+)\.")]
    private static partial Regex Layer();

    [GeneratedRegex(@"embed|\bwte\b|\bwpe\b")]
    private static partial Regex Embedding();
}
