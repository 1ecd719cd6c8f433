using MtlStudio.Core.Estimates;
using MtlStudio.Training.Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MtlStudio.Training.Generation;

/// <summary>The log-likelihood (nats) of a continuation, and over how many tokens it is summed.</summary>
public readonly record struct LogLikelihood(double Sum, int Tokens);

/// <summary>
/// How likely given continuations of a prompt are: classification by the likelihood of each label's words. Prompt and
/// continuations of an example go through the model once, the continuations beside each other
/// (<see cref="AttentionLayout.Branching"/>).
/// </summary>
public static class ContinuationScorer
{
    /// <summary>For each prompt, Σ log p(token | prompt, the continuation's tokens before it) of each of its continuations.</summary>
    /// <param name="model">Computes in evaluation: nothing is dropped, no gradients.</param>
    /// <param name="prompts">Token ids, at least one each.</param>
    /// <param name="continuations">For each prompt its continuations; one without tokens has the likelihood 0.</param>
    /// <param name="tokensPerPass">Columns of a pass, padding included; bounds memory.</param>
    /// <param name="cancellation">Looked at before each pass.</param>
    public static IReadOnlyList<IReadOnlyList<LogLikelihood>> Score(CausalLm model, IReadOnlyList<IReadOnlyList<int>> prompts,
        IReadOnlyList<IReadOnlyList<IReadOnlyList<int>>> continuations, int tokensPerPass = EvaluationLimits.TokensPerPass, CancellationToken cancellation = default)
    {
        if (prompts.Count != continuations.Count) throw new ArgumentException($"{prompts.Count} prompts and {continuations.Count} lists of continuations", nameof(continuations));
        if (prompts.Any(p => p.Count == 0)) throw new ArgumentException("a prompt has no token: begin it with the model's first token", nameof(prompts));
        foreach (var token in continuations.SelectMany(c => c).SelectMany(c => c))
            if (token < 0 || token >= model.Config.VocabSize) throw new ArgumentOutOfRangeException(nameof(continuations), token, $"token ids are 0 to {model.Config.VocabSize - 1}");
        var results = new IReadOnlyList<LogLikelihood>[prompts.Count];
        var rows = prompts.Select((p, i) => new Row(i, p, continuations[i])).OrderBy(r => r.Length).ToList();
        using var frozen = no_grad();
        for (var start = 0; start < rows.Count;)
        {
            cancellation.ThrowIfCancellationRequested();
            var count = 1; // rows come by rising length: the last one of a pass is the longest
            var states = (long)rows[start].States;
            while (start + count < rows.Count && (count + 1) * rows[start + count].Length <= tokensPerPass
                && (states += rows[start + count].States) * model.Config.VocabSize <= EvaluationLimits.LogitsAtOnce) count++;
            Pass(model, rows.GetRange(start, count), results);
            start += count;
        }
        return results;
    }

    private sealed record Row(int Number, IReadOnlyList<int> Prompt, IReadOnlyList<IReadOnlyList<int>> Continuations)
    {
        // The last token of a continuation is only predicted, never read.
        public IReadOnlyList<int> Read { get; } = [.. Continuations.Select(c => Math.Max(c.Count - 1, 0))];
        public int Length => Prompt.Count + Read.Sum();
        public int States => 1 + Read.Sum();
    }

    private static void Pass(CausalLm model, List<Row> rows, IReadOnlyList<LogLikelihood>[] results)
    {
        using var scope = NewDisposeScope();
        var length = rows[^1].Length;
        var ids = new long[rows.Count * length];
        List<long> states = []; // columns whose next token is asked for
        List<long> cells = [];  // of the (states, vocabulary) table of log-probabilities
        for (var i = 0; i < rows.Count; i++)
        {
            var row = rows[i];
            var at = i * length;
            foreach (var token in row.Prompt) ids[at++] = token;
            var first = states.Count;
            states.Add(at - 1);
            foreach (var continuation in row.Continuations)
                for (var t = 0; t < continuation.Count; t++)
                {
                    if (t > 0)
                    {
                        ids[at] = continuation[t - 1];
                        states.Add(at++);
                    }
                    cells.Add((t == 0 ? first : states.Count - 1) * (long)model.Config.VocabSize + continuation[t]);
                }
        }
        var layout = AttentionLayout.Branching([.. rows.Select(r => r.Prompt.Count)], [.. rows.Select(r => r.Read)], length);
        var hidden = model.Hidden(tensor(ids, int64, model.Device).view(rows.Count, length), layout);
        var asked = hidden.view(-1, hidden.shape[2]).index_select(0, tensor(states.ToArray(), int64, model.Device));
        var table = functional.log_softmax(model.Logits(asked).to(model.Dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32), -1);
        var values = table.view(-1).index_select(0, tensor(cells.ToArray(), int64, model.Device)).to(float64).cpu().data<double>();
        var cell = 0;
        foreach (var row in rows)
            results[row.Number] = [.. row.Continuations.Select(continuation =>
            {
                var sum = 0.0;
                for (var t = 0; t < continuation.Count; t++) sum += values[cell++];
                return new LogLikelihood(sum, continuation.Count);
            })];
    }
}
