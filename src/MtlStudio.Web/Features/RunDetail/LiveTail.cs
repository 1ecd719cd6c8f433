using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Web.Charts;

namespace MtlStudio.Web.Features.RunDetail;

/// <summary>
/// Turns points that come into points at the right end of drawn lines. What is drawn already is passed over; smoothing goes on
/// from the line's end as if it had run long, which the next reading of the whole curve makes exact.
/// </summary>
public sealed class LiveTail
{
    private readonly Dictionary<string, List<Line>> lines = [];
    private readonly Dictionary<string, double> taskExamples = [];
    private readonly AxisScale axis;
    private readonly double weight;
    private long? examples, tokens;

    /// <param name="smoothing">As <see cref="CurveQuery.Smoothing"/>.</param>
    public LiveTail(AxisScale axis, double smoothing) => (this.axis, weight) = (axis, Math.Min(Math.Sqrt(smoothing), 0.999));

    /// <summary>Points added since the lines were read.</summary>
    public int Added { get; private set; }

    /// <summary>True where a line is followed: else only reading anew shows what came.</summary>
    public bool Follows => lines.Count > 0;

    /// <summary>Follows a line that was drawn.</summary>
    public void Follow(Curve curve, int panel, string name)
    {
        if (curve.IsEvaluation) return; // evaluations come rarely and are read anew
        if (!lines.TryGetValue(curve.Series, out var all)) lines[curve.Series] = all = [];
        var width = curve.X.Length > 1 ? curve.X[^1] - curve.X[0] : 0;
        all.Add(new(panel, name)
        {
            LastX = curve.X is [.., var last] ? last : double.NegativeInfinity,
            LastY = curve.Y is [.., var end] ? end : double.NaN,
            Scale = width > 0 ? 1000 / width : 0,
        });
    }

    public IReadOnlyDictionary<(int Panel, string Series), ChartPoints> Take(RunBatch batch, RunSnapshot now)
    {
        var added = new Dictionary<(int, string), (List<double> X, List<double> Y)>();
        foreach (var value in batch.Events.OfType<PointsEvent>())
        {
            (examples, tokens) = (value.Examples ?? examples, value.Tokens ?? tokens);
            var named = new List<(string Name, double Value)>();
            for (var i = 0; i < Math.Min(value.Ids.Count, value.Values.Count); i++)
                if (now.NameOf(value.Ids[i]) is { } name) named.Add((name, value.Values[i]));
            foreach (var (name, seen) in named)
                if (name.StartsWith("examples/", StringComparison.Ordinal)) taskExamples[name["examples/".Length..]] = seen;
            foreach (var (name, y) in named)
            {
                if (!lines.TryGetValue(name, out var following)) continue;
                foreach (var line in following)
                {
                    if (Place(value, name) is not { } place || axis.ToChart(place) is var x && x <= line.LastX) continue;
                    if (!added.TryGetValue((line.Panel, line.Name), out var points)) added[(line.Panel, line.Name)] = points = ([], []);
                    points.X.Add(x);
                    points.Y.Add(line.Next(x, y, weight));
                    Added++;
                }
            }
        }
        return added.ToDictionary(pair => pair.Key, pair => new ChartPoints(pair.Value.X, pair.Value.Y));
    }

    private double? Place(PointsEvent value, string series) => axis.Axis switch
    {
        XAxis.Time => value.Time,
        XAxis.Tokens => tokens,
        XAxis.Examples => examples,
        XAxis.TaskExamples when SeriesTask.Of(series) is { } task => taskExamples.TryGetValue(task, out var seen) ? seen : null,
        XAxis.TaskExamples => examples,
        _ => value.Examples is null ? null : value.Index, // a system series counts by itself: its step is not told
    };

    private sealed record Line(int Panel, string Name)
    {
        public double LastX { get; set; }
        public double LastY { get; set; }
        public double Scale { get; init; }

        public double Next(double x, double y, double weight)
        {
            // A line of one point has no width to smooth by: what follows is shown as it comes, until the curve is read anew.
            var kept = weight > 0 && Scale > 0 && double.IsFinite(LastY) ? Math.Pow(weight, (x - LastX) * Scale) : 0;
            LastX = x;
            if (!double.IsFinite(y)) return y;
            return LastY = double.IsFinite(LastY) ? LastY * kept + y * (1 - kept) : y;
        }
    }
}
