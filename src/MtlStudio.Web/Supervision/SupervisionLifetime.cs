namespace MtlStudio.Web.Supervision;

/// <summary>When supervision ends with the studio.</summary>
internal sealed class SupervisionLifetime : IDisposable
{
    private readonly CancellationTokenSource detach = new();

    /// <summary>True once no run is started any more.</summary>
    public bool IsEnding { get; private set; }

    /// <summary>Cancelled when the trainers are let go.</summary>
    public CancellationToken Detach => detach.Token;

    public void Begin() => IsEnding = true;

    public Task DetachAsync() => detach.CancelAsync();

    public void Dispose() => detach.Dispose();
}
