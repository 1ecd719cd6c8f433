using Microsoft.EntityFrameworkCore;

namespace MtlStudio.Store;

/// <summary>
/// Lets one writer at a time at the database. SQLite allows no second one, and waiting for it there polls; here it is a queue.
/// Everything that changes a row goes through this class or <see cref="RunIngest"/>.
/// </summary>
public sealed class StoreWriter(IDbContextFactory<StudioContext> contexts) : IDisposable
{
    private readonly SemaphoreSlim gate = new(1, 1);

    /// <summary>Runs <paramref name="work"/> in one transaction; what it changed is saved, committed and on the disk when this returns. An exception undoes all of it.</summary>
    public async Task<T> WriteAsync<T>(Func<StudioContext, Task<T>> work, CancellationToken cancellation = default)
    {
        using var turn = await EnterAsync(cancellation);
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellation);
        var result = await work(context);
        await context.SaveChangesAsync(cancellation);
        // Past this point the work is done or not: a cancellation must not leave the caller in doubt.
        await transaction.CommitAsync(CancellationToken.None);
        return result;
    }

    public Task WriteAsync(Func<StudioContext, Task> work, CancellationToken cancellation = default) =>
        WriteAsync(async context =>
        {
            await work(context);
            return true;
        }, cancellation);

    /// <summary>Waits for this writer's turn; disposing ends it.</summary>
    internal async Task<Turn> EnterAsync(CancellationToken cancellation)
    {
        await gate.WaitAsync(cancellation);
        return new(gate);
    }

    public void Dispose() => gate.Dispose();

    internal readonly struct Turn(SemaphoreSlim gate) : IDisposable
    {
        public void Dispose() => gate.Release();
    }
}
