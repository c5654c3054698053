import { committedCells, committedStamp } from '../../live/conformance/page';
import { modelStamp } from '../../live/conformance/model-stamp';

describe('docs/conformance.md', () => {
  test('was measured with the Docker model as it is: if not, npm run conformance writes it again', () => {
    expect(committedStamp()).toBe(modelStamp());
  });

  test.each([
    ['20.10', 'as it comes'],
    ['20.10', 'userland-proxy off'],
    ['28.5', 'as it comes'],
    ['28.5', 'userland-proxy off'],
  ])('has the cells of Docker Engine %s, %s, and none that disagrees', (engine, setting) => {
    const cells = committedCells(engine, setting) ?? [];
    const [total, reachable, blocked, unknown, disagree] = cells.slice(3).map(Number);
    expect(total).toBeGreaterThan(5000);
    expect([reachable! + blocked!, unknown, disagree]).toEqual([total, 0, 0]);
  });
});
