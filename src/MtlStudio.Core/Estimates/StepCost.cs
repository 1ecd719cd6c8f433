namespace MtlStudio.Core.Estimates;

/// <summary>Floating-point operations of training, counted from the matrix products (a multiply and an add are two; Kaplan et al. 2020, §2.1).</summary>
public static class StepCost
{
    /// <summary>
    /// One micro-batch, forward and backward: 2 a weight and token forward; as much again for the gradients of
    /// activations from the first trained layer on, and for those of weights where the model's own are trained, else
    /// of its adapters; and the forward pass of the layers that are computed again in the backward one.
    /// </summary>
    public static double OfMicroBatch(ModelShapes model, TrainedPart trained, StepShape step)
    {
        double tokens = (double)step.MicroBatch * (step.Length + trained.VirtualTokens);
        double answers = (double)step.MicroBatch * Math.Min(step.AnswerTokens, step.Length);
        var forward = 0.0;
        var passed = 0.0;
        for (var layer = 0; layer < model.Layers; layer++)
        {
            // Every query sees on average half of the tokens, in two products.
            var cost = tokens * (2.0 * Weights(model, layer) + 2.0 * model.Queries * step.Length);
            forward += cost;
            if (layer >= trained.FirstLayer) passed += cost;
        }
        var head = answers * 2.0 * model.Hidden * (step.Outputs ?? model.Vocabulary);
        var weights = trained.IsFull ? forward + head : 0;
        var adapters = trained.IsFull ? 0 : tokens * 6.0 * trained.Parameters;
        var again = forward * step.Recomputed(model, trained) / Math.Max(1, model.Layers);
        return again + forward + head + passed + head + weights + adapters;
    }

    private static long Weights(ModelShapes model, int layer) =>
        model.Tensors.Where(tensor => tensor.IsMatrix && tensor.Layer == layer).Sum(tensor => tensor.Elements);
}
