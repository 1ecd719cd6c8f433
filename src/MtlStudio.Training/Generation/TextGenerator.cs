using MtlStudio.Core;
using MtlStudio.Training.Models;
using static TorchSharp.torch;

namespace MtlStudio.Training.Generation;

/// <summary>Continues prompts, greedily or by sampling, in left-padded batches with a KV cache.</summary>
public static class TextGenerator
{
    /// <summary>One result for each prompt, in their order.</summary>
    /// <param name="model">Computes in evaluation: nothing is dropped, no gradients.</param>
    /// <param name="prompts">Token ids, at least one each.</param>
    /// <param name="options">How to decode.</param>
    /// <param name="examples">Keys of the draws beside seed and position, so that an example's text depends neither on the others nor on their order; null: the prompt's number.</param>
    /// <param name="cancellation">Looked at before each token.</param>
    /// <exception cref="MtlStudio.Core.Runs.InvalidInputException">Options out of range.</exception>
    /// <exception cref="ArithmeticException">Sampling, and the logits are not finite.</exception>
    public static IReadOnlyList<Generated> Generate(CausalLm model, IReadOnlyList<IReadOnlyList<int>> prompts, DecodingOptions options,
        IReadOnlyList<long>? examples = null, CancellationToken cancellation = default)
    {
        options.Validate();
        if (prompts.Any(p => p.Count == 0)) throw new ArgumentException("a prompt has no token: begin it with the model's first token", nameof(prompts));
        var rows = prompts.Select((p, i) => new DecodingRow(i, examples?[i] ?? i, p)).OrderBy(r => r.Tokens.Count).ThenBy(r => r.Number).ToList();
        using var frozen = no_grad();
        foreach (var batch in rows.Chunk(options.BatchSize)) Decode(model, [.. batch], options, cancellation);
        return [.. rows.OrderBy(r => r.Number).Select(r => new Generated(r.New, !r.Ended))];
    }

    private static void Decode(CausalLm model, List<DecodingRow> rows, DecodingOptions options, CancellationToken cancellation)
    {
        var length = rows.Max(r => r.Tokens.Count);
        KvCache? cache = null;
        try
        {
            // Where positions are trained there are no more of them.
            var most = model.Config.LearnedPositions ? model.Config.MaxPositionEmbeddings - model.VirtualColumns : int.MaxValue;
            var basis = -1; // what the cache's angles depend on; -1: there is no cache yet
            for (var made = 0; made < options.MaxNewTokens && (made == 0 || length <= most); made++, length++)
            {
                cancellation.ThrowIfCancellationRequested();
                using var scope = NewDisposeScope();
                Tensor hidden;
                if (cache is not null && options.UseCache && model.PositionBasis(length) == basis)
                    hidden = model.Hidden(tensor(rows.Select(r => (long)r.Tokens[^1]).ToArray(), int64, model.Device).view(-1, 1), cache.Next(), cache);
                else
                {
                    cache?.Dispose();
                    cache = options.UseCache ? new(model.Config.NumHiddenLayers, model.VirtualColumns + (int)Math.Min((long)length + options.MaxNewTokens - made, Math.Max(most, length))) : null;
                    basis = model.PositionBasis(length);
                    hidden = model.Hidden(Padded(rows, length, model.Device), AttentionLayout.LeftPadded([.. rows.Select(r => r.Tokens.Count)], length), cache);
                }
                Choose(model.Logits(hidden.narrow(1, hidden.shape[1] - 1, 1).view(rows.Count, -1)), rows, options);
                var open = Enumerable.Range(0, rows.Count).Where(i => !rows[i].Ended).ToList();
                if (open.Count == rows.Count) continue;
                if (open.Count == 0) return;
                cache?.Keep(open);
                rows = [.. open.Select(i => rows[i])];
            }
        }
        finally
        {
            cache?.Dispose();
        }
    }

    // (rows, length), padded on the left with 0, which no token sees
    private static Tensor Padded(List<DecodingRow> rows, int length, Device device)
    {
        var ids = new long[rows.Count * length];
        for (var row = 0; row < rows.Count; row++)
            for (var i = 0; i < rows[row].Tokens.Count; i++)
                ids[(row + 1) * length - rows[row].Tokens.Count + i] = rows[row].Tokens[i];
        return tensor(ids, int64, device).view(rows.Count, length);
    }

    private static void Choose(Tensor logits, List<DecodingRow> rows, DecodingOptions options)
    {
        if (options is { Sample: false, RepetitionPenalty: 1 })
        {
            var best = logits.argmax(-1).cpu().data<long>();
            for (var i = 0; i < rows.Count; i++) rows[i].Add((int)best[i], options.EosIds);
            return;
        }
        var all = logits.to(float32).cpu().data<float>().ToArray();
        var size = all.Length / rows.Count;
        for (var i = 0; i < rows.Count; i++)
        {
            var row = rows[i];
            var own = all.AsSpan(i * size, size);
            NextToken.Penalize(own, row.Tokens, options.RepetitionPenalty);
            row.Add(options.Sample ? Draw(own, row, options) : Largest(own), options.EosIds);
        }
    }

    private static int Draw(Span<float> logits, DecodingRow row, DecodingOptions options)
    {
        var random = new KeyedRandom(options.Seed, "generate", row.Example, row.Tokens.Count);
        return NextToken.Draw(NextToken.Distribution(logits, options), random.NextDouble());
    }

    private static int Largest(ReadOnlySpan<float> logits)
    {
        var best = 0;
        for (var i = 1; i < logits.Length; i++) if (logits[i] > logits[best]) best = i;
        return best;
    }
}
