import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { DataSource } from 'typeorm';
import { KeyRing } from '../../core/crypto/index.js';

/** Seconds; the upper ones are those of tests and uploads. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** What TypeORM's driver knows of its pool. */
interface Pool {
  readonly totalCount: number;
  readonly idleCount: number;
  readonly waitingCount: number;
}

/**
 * Numbers of this process, for a collector. Labels are route patterns, methods and states: no id, name or value of
 * anybody ever stands here. Each application has a registry of its own, since several may run in one process.
 */
@Injectable()
export class MetricsService implements OnModuleInit {
  private readonly registry = new Registry();
  private readonly requests = new Histogram({
    name: 'ede_http_request_duration_seconds',
    help: 'Time from the request line to the end of the answer',
    labelNames: ['method', 'route', 'status'],
    buckets: BUCKETS,
    registers: [this.registry],
  });

  constructor(
    private readonly http: HttpAdapterHost,
    private readonly dataSource: DataSource,
    private readonly keys: KeyRing,
  ) {
    this.watchProcess();
    this.watchPool();
    this.gauge('ede_sealed', 'Whether no master key is proven', () => (this.keys.isSealed ? 1 : 0));
  }

  onModuleInit(): void {
    const server = this.http.httpAdapter.getInstance<FastifyInstance>();
    server.addHook('onResponse', (request, reply, done) => {
      const route = request.routeOptions.url ?? 'none';
      const labels = { method: request.method, route, status: String(reply.statusCode) };
      this.requests.observe(labels, reply.elapsedTime / 1000);
      done();
    });
  }

  /** @returns the numbers in Prometheus' text format. */
  read(): Promise<string> {
    return this.registry.metrics();
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  private watchProcess(): void {
    this.gauge('process_start_time_seconds', 'Start of the process since the Unix epoch', () =>
      Math.round(Date.now() / 1000 - process.uptime()),
    );
    this.gauge('process_resident_memory_bytes', 'Memory that the process holds', () => process.memoryUsage.rss());
    this.gauge('nodejs_heap_size_used_bytes', 'JavaScript heap in use', () => process.memoryUsage().heapUsed);
    const seconds = () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1e6;
    };
    new Counter({
      name: 'process_cpu_seconds_total',
      help: 'Processor time of the process',
      registers: [this.registry],
      collect() {
        this.reset();
        this.inc(seconds());
      },
    });
  }

  private watchPool(): void {
    const pool = () => (this.dataSource.driver as unknown as { readonly master?: Pool }).master;
    new Gauge({
      name: 'ede_database_pool',
      help: 'Connections of the database pool, and callers that wait for one',
      labelNames: ['state'],
      registers: [this.registry],
      collect() {
        const { totalCount = 0, idleCount = 0, waitingCount = 0 } = pool() ?? {};
        this.set({ state: 'used' }, totalCount - idleCount);
        this.set({ state: 'idle' }, idleCount);
        this.set({ state: 'waiting' }, waitingCount);
      },
    });
  }

  private gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers: [this.registry],
      collect() {
        this.set(read());
      },
    });
  }
}
