using MtlStudio.Core.Stopping;
using MtlStudio.Testing;

namespace MtlStudio.Core.Tests.Stopping;

public sealed class PatienceTests
{
    [Fact]
    public void Next_StopsWhereTheReferenceDoes_OnEveryCourse()
    {
        var misses = new Misses();
        foreach (var item in GoldenFile.Read("metrics/curves.json")["cases"]!.AsArray().Where(item => item!["kind"].Text() == "early_stopping"))
        {
            var (state, expected, stopped, waits) = (new PatienceState(), item!["expected"]!, (int?)null, new List<double>());
            var at = 0;
            foreach (var value in item["values"].Numbers())
            {
                state = Patience.Next(state, value, item["mode"].Text() == "max", item["min_delta"].Number());
                waits.Add(state.Waits);
                if (Patience.IsOver(state, item["patience"].Whole()))
                {
                    stopped = at;
                    break;
                }
                at++;
            }
            misses.Near($"{item["id"]} waits", expected["waits"].Numbers(), waits, 0);
            misses.Check($"{item["id"]} stopped", stopped == expected["stopped_at"]?.Whole());
            misses.Check($"{item["id"]} best", state.Best == expected["best"]?.Number());
        }
        misses.AssertNone(36);
    }
}
